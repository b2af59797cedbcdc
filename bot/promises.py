"""Promises: what takes time is a durable job that ends in one card, or one clear sentence, where the person looks."""

import math
from asyncio import CancelledError
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, Final

import procrastinate
from procrastinate import BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job

from bot.errors import explain
from bot.ladder import Render, just
from bot.posting import Poster, Reply
from bot.queue import stored_in
from persona.errors import (
    ChannelRefusedError,
    ContactNotFoundError,
    DeliveryError,
    DoNotProfileError,
    MaybeSentError,
    NeverEndsError,
    NotForYouError,
    UnknownWorkspaceError,
)
from storage.database import AsyncConnection, Database

QUEUE: Final = "interactive"
MAX_ATTEMPTS: Final = 4
"""How often what fails is tried."""
OUTAGE_ATTEMPTS: Final = 10
"""How often it is begun while Slack takes nothing, or its workers die: nobody could be told before."""
INTERACTIVE: Final = 10
_WAIT_S: Final = 3
_LONGEST_WAIT_S: Final = 60
# Another try gives the same answer.
_FINAL = (
    ContactNotFoundError,
    DoNotProfileError,
    NotForYouError,
    UnknownWorkspaceError,
    ChannelRefusedError,
    MaybeSentError,
)

_LEFT: Final = frozenset({"not_found", "expired_url"})
"""Slack's words for a modal that was closed meanwhile and a card nobody waits for any more."""

Task = Callable[..., Awaitable[Render | None]]
"""Does what was promised. It gets `reply` and the promise's arguments; what it returns is shown to who asked."""


class Promises:
    """Makes promises. Two with one lock are never kept at the same time.

    They are stored as all else is, by `database`, whose errors they raise: a queue of which only the database is gone
    would wait for it longer than Slack does.
    """

    def __init__(self, queue: procrastinate.App, database: Database) -> None:
        self._queue, self._database = queue, database

    async def make(
        self,
        task: str,
        reply: Reply,
        *,
        lock: str | None = None,
        within: AsyncConnection | None = None,
        **arguments: Any,
    ) -> None:
        """Stores the promise, when there is one in the transaction `within`; a worker keeps it.

        Raises as `storage.database.Database.workspace` does, and so does `make_once`.
        """
        async with stored_in(self._database, within) as raw:
            job = self._queue.configure_task(task, queue=QUEUE, priority=INTERACTIVE, lock=lock, connection=raw)
            await job.defer_async(reply=reply.arguments(), **arguments)

    async def make_once(
        self, task: str, reply: Reply, *, name: str, after_s: float, arguments: Mapping[str, Any]
    ) -> None:
        """Stores the promise, to be kept in `after_s` seconds, unless one of that name waits already.

        Two of one name are never kept at the same time.
        """
        with suppress(AlreadyEnqueued):  # outside the transaction, which it ends
            async with stored_in(self._database) as raw:
                job = self._queue.configure_task(
                    task,
                    queue=QUEUE,
                    priority=INTERACTIVE,
                    lock=name,
                    queueing_lock=name,
                    schedule_in={"milliseconds": math.ceil(after_s * 1000)} if after_s > 0 else None,
                    connection=raw,
                )
                await job.defer_async(reply=reply.arguments(), **arguments)


def register_promises(queue: procrastinate.App, tasks: Mapping[str, Task], *, poster: Poster) -> None:
    """Gives a worker's queue the tasks by name."""
    for name, task in tasks.items():
        queue.task(name=name, pass_context=True, retry=_Again())(_kept(task, poster))


def _kept(task: Task, poster: Poster) -> Callable[..., Awaitable[None]]:
    async def keep(context: JobContext, *, reply: dict[str, Any], **arguments: Any) -> None:
        """Runs the task and shows what it returns. What another try can't mend, and the last failed try, is told.

        So is a promise that was begun often enough and never came to an end: it may be what ends its workers.

        What Slack doesn't take is told only where somebody looks at a card or modal that says it is being done.
        """
        asker = Reply.of(reply)
        if context.job.attempts >= OUTAGE_ATTEMPTS:
            endless = NeverEndsError()
            await _give_up(poster, asker, endless)
            raise endless
        try:
            render = await task(reply=asker, **arguments)
            if render is not None:
                await poster.answer(asker, render)
        except Exception as error:
            final = isinstance(error, _FINAL) or (isinstance(error, DeliveryError) and not error.retry)
            if final or context.job.attempts + 1 >= _tries(error):
                await _give_up(poster, asker, error)
            if not final:
                raise

    return keep


async def _give_up(poster: Poster, asker: Reply, error: Exception) -> None:
    """Logs what failed and tells who asked, unless nobody waits for it any more."""
    if not isinstance(error, DeliveryError):
        await poster.answer(asker, just(explain(error)))
    elif error.answer not in _LEFT:
        card = explain(error)
        if asker.view_id or asker.response_url:
            with suppress(DeliveryError):
                await poster.tell(asker, just(card))


def _tries(error: BaseException) -> int:
    """How often a promise that fails so is begun."""
    return OUTAGE_ATTEMPTS if isinstance(error, DeliveryError) and error.retry else MAX_ATTEMPTS


class _Again(BaseRetryStrategy):
    """Tries again after 1, 3, 9 seconds and so on, or when Slack said so; at once when the worker was told to end."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """None after the last try."""
        if isinstance(exception, CancelledError):
            return RetryDecision(retry_in={"seconds": 0})
        if job.attempts + 1 >= _tries(exception):
            return None
        after = exception.after_s if isinstance(exception, DeliveryError) else None
        wait_s = round(after) + 1 if after else min(_WAIT_S**job.attempts, _LONGEST_WAIT_S)
        return RetryDecision(retry_in={"seconds": wait_s})
