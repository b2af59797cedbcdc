"""The workers: each queue has its own, which take a job up at once, lose none, and end when they are told to."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, Final

import procrastinate
from procrastinate import JobContext

from bot import chores, promises
from bot.metering import Next, metered
from bot.metrics import Metrics
from bot.outages import without_end
from bot.queue import connect_anew
from bot.stalled import HEARTBEAT_S
from persona.errors import PersonaBotError
from storage.database import Database
from storage.jobs import note_error

# Interactive jobs have workers of their own: what nobody waits for never stands before them. They wait for the model
# most of the time, so many of them do no harm.
_AT_ONCE: Final = {promises.QUEUE: 16, chores.QUEUE: 4}
# A lost notification, or a listening connection lost, costs no person more than this.
_LOOK_EVERY_S: Final = {promises.QUEUE: 0.15, chores.QUEUE: 1.0}
GRACE_S: Final = 18
"""How long what is under way may take when the process is told to end; the rest goes back to the queue at once."""
# Workers that start would forget others which an outage of the database kept silent; the clock does it, after an hour.
_NEVER_S: Final = 10.0**9

Middleware = Callable[[Next, JobContext, Any], Awaitable[Any]]


async def work(queue: procrastinate.App, database: Database, metrics: Metrics, *, grace_s: float = GRACE_S) -> None:
    """Works both queues until cancelled. An outage of the database is waited out.

    What is under way when it is cancelled may take `grace_s` seconds more; the rest goes back to its queue at once.
    """
    async with asyncio.TaskGroup() as workers:  # `gather` would end with the first of them
        for name in _AT_ONCE:
            workers.create_task(_work(queue, name, grace_s, [metered(metrics), _noting(database)]))


async def _work(queue: procrastinate.App, name: str, grace_s: float, around: Sequence[Middleware]) -> None:
    async def worker() -> None:
        await connect_anew(queue)  # the last worker may have ended because its sessions were read-only
        await queue.run_worker_async(
            queues=[name],
            concurrency=_AT_ONCE[name],
            fetch_job_polling_interval=_LOOK_EVERY_S[name],
            shutdown_graceful_timeout=grace_s,
            delete_jobs="successful",
            install_signal_handlers=False,
            update_heartbeat_interval=HEARTBEAT_S,
            stalled_worker_timeout=_NEVER_S,
            worker_middleware=[*around],
        )

    await without_end(f"worker of {name}", worker)


def _noting(database: Database) -> Middleware:
    async def noting(run: Next, context: JobContext, _: object) -> Any:
        """Runs a job, and keeps of what class its error was."""
        try:
            return await run()
        except Exception as error:
            with suppress(PersonaBotError):
                async with database.directory() as connection:
                    await note_error(connection, context.job.id or 0, type(error).__name__)
            raise

    return noting
