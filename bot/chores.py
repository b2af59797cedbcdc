"""Chores: durable work that nobody sits waiting for. Tried again for hours, then kept as a dead letter for an admin."""

import math
from asyncio import CancelledError
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, Final

import procrastinate
import structlog
from procrastinate import BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job

from bot.queue import stored_in
from persona.errors import NeverEndsError
from storage.database import AsyncConnection, Database

_log = structlog.get_logger(__name__)
QUEUE: Final = "bulk"
_WAITS_S: Final = (5, 30, 120, 600, 3600)
"""How long after each failed try the next one comes; a chore that fails after the last is a dead letter."""

ChoreTask = Callable[..., Awaitable[None]]
"""Does one chore. It gets `workspace_id` and the chore's arguments, and may be run twice: it must then do no harm."""


class Chores:
    """Stores chores; a worker does them when no person waits for anything."""

    def __init__(self, queue: procrastinate.App, database: Database) -> None:
        self._queue, self._database = queue, database

    async def make(
        self,
        task: str,
        *,
        key: str,
        workspace_id: int,
        after_s: float = 0,
        within: AsyncConnection | None = None,
        **arguments: Any,
    ) -> bool:
        """Stores a chore, to be done in `after_s` seconds at the soonest; False when one of that key waits to begin.

        Two of one key are never done at the same time. In the transaction `within`, which sees to it that there is
        one of a key, it is stored in any case.
        """
        with suppress(AlreadyEnqueued):  # outside the transaction, which it ends
            async with stored_in(self._database, within) as raw:
                job = self._queue.configure_task(
                    task,
                    queue=QUEUE,
                    lock=key,
                    queueing_lock=key if within is None else None,
                    schedule_in={"milliseconds": math.ceil(after_s * 1000)} if after_s > 0 else None,
                    connection=raw,
                )
                await job.defer_async(workspace_id=workspace_id, **arguments)
            return True
        return False


def register_chores(queue: procrastinate.App, tasks: Mapping[str, ChoreTask]) -> None:
    """Gives a worker's queue the chores by name."""
    for name, task in tasks.items():
        queue.task(name=name, pass_context=True, retry=_Again())(_bounded(task))


def _bounded(task: ChoreTask) -> Callable[..., Awaitable[None]]:
    async def do(context: JobContext, **arguments: Any) -> None:
        """Does it unless it was begun often enough and never came to an end: it may be what ends its workers."""
        if context.job.attempts > len(_WAITS_S):
            raise NeverEndsError
        await task(**arguments)

    return do


class _Again(BaseRetryStrategy):
    """Waits longer after each try; not at all when the worker was told to end."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """None after the last try."""
        if isinstance(exception, CancelledError):
            return RetryDecision(retry_in={"seconds": 0})
        if job.attempts >= len(_WAITS_S):
            _log.error("chore_failed", task=job.task_name, job=job.id, error=type(exception).__name__)
            return None
        return RetryDecision(retry_in={"seconds": _WAITS_S[job.attempts]})
