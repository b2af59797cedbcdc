"""The queue's own tables, where its library has no word for it: jobs of dead workers, and jobs that failed for good."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_FORGOTTEN_WORKER_HOURS: Final = 1
# A promise names its workspace in whom it replies to, a chore by itself.
_WORKSPACE: Final = "coalesce(j.args #>> '{reply,workspace_id}', j.args ->> 'workspace_id')"
_SILENT: Final = """
    j.status = 'doing' AND NOT EXISTS (
        SELECT FROM procrastinate_workers w
        WHERE w.id = j.worker_id AND w.last_heartbeat >= now() - make_interval(secs => :silent))"""
_STALLED: Final = text(f"SELECT j.id, j.attempts FROM procrastinate_jobs j WHERE {_SILENT}")  # noqa: S608 - constants
# What the queue sends its workers when a job comes in, so that they needn't look by themselves.
_TOLD: Final = """
    SELECT id, pg_notify(
        'procrastinate_queue_v1#' || queue_name, json_build_object('type', 'job_inserted', 'job_id', id)::text)
    FROM woken"""
_RETURN: Final = text(f"""
    WITH woken AS (
        UPDATE procrastinate_jobs j
        SET status = 'todo', attempts = attempts + 1, scheduled_at = NULL, abort_requested = false, worker_id = NULL
        WHERE j.id = ANY(:ids) AND {_SILENT} RETURNING j.id, j.queue_name
    ) {_TOLD}""")  # noqa: S608 - constants
_FORGET_WORKERS: Final = text("""
    DELETE FROM procrastinate_workers w WHERE w.last_heartbeat < now() - make_interval(hours => :hours)
    AND NOT EXISTS (SELECT FROM procrastinate_jobs j WHERE j.worker_id = w.id AND j.status = 'doing')""")
_NOTE: Final = text("""
    INSERT INTO job_errors (job_id, error) SELECT id, :error FROM procrastinate_jobs WHERE id = :job
    ON CONFLICT (job_id) DO UPDATE SET error = excluded.error, happened_at = now()""")
# What a person waited for is told them when it fails: they wait no more after a while.
_WANTED: Final = """(CAST(:since AS timestamptz) IS NULL OR j.queue_name <> :waited_for OR EXISTS (
    SELECT FROM procrastinate_events v WHERE v.job_id = j.id AND v.type = 'failed' AND v.at >= :since))"""
_CHOSEN: Final = f"""j.status = 'failed' AND (CAST(:ids AS bigint[]) IS NULL OR j.id = ANY(:ids))
    AND (CAST(:workspace AS text) IS NULL OR {_WORKSPACE} = :workspace)"""
_DEAD: Final = text(f"""
    SELECT j.id, {_WORKSPACE} AS workspace, j.task_name, j.attempts, e.error, {_WANTED} AS wanted, (
        SELECT max(at) FROM procrastinate_events v WHERE v.job_id = j.id AND v.type = 'failed') AS failed_at
    FROM procrastinate_jobs j LEFT JOIN job_errors e ON e.job_id = j.id
    WHERE {_CHOSEN} ORDER BY j.id DESC""")  # noqa: S608 - constants
_RETRY: Final = text(f"""
    WITH woken AS (
        UPDATE procrastinate_jobs j SET status = 'todo', attempts = 0, scheduled_at = NULL, worker_id = NULL
        WHERE {_CHOSEN} AND {_WANTED} RETURNING j.id, j.queue_name
    ) {_TOLD}""")  # noqa: S608 - constants
_DROP: Final = text(f"DELETE FROM procrastinate_jobs j WHERE {_CHOSEN} RETURNING j.id")  # noqa: S608 - constants
_WAITING: Final = text("SELECT count(*) FROM procrastinate_jobs j WHERE j.status = 'todo'")


@dataclass(frozen=True, slots=True)
class Stalled:
    """A job under way whose worker is silent, and how often it was begun before."""

    job_id: int
    attempts: int


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A job that failed for good: of which workspace, how often it was tried, the class of its last error if known.

    Nobody wants one any more that a person waited for too long ago.
    """

    job_id: int
    workspace_id: str | None
    task: str
    tries: int
    error: str | None
    wanted: bool
    failed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Choice:
    """Which dead letters: None is all. Those of the queue `waited_for` are wanted if they failed after `since`."""

    job_ids: Collection[int] | None = None
    workspace_id: int | None = None
    waited_for: str = ""
    since: datetime | None = None


async def stalled_jobs(connection: AsyncConnection, *, silent_s: float) -> frozenset[Stalled]:
    """The jobs under way whose worker hasn't been heard of for `silent_s` seconds."""
    return frozenset(Stalled(*row) for row in await connection.execute(_STALLED, {"silent": silent_s}))


async def return_jobs(connection: AsyncConnection, job_ids: Sequence[int], *, silent_s: float) -> int:
    """Gives those of them that are still stalled to other workers, at once; how many. It counts as a try.

    Workers that haven't been heard of for an hour are forgotten.
    """
    returned = await connection.execute(_RETURN, {"ids": list(job_ids), "silent": silent_s})
    await connection.execute(_FORGET_WORKERS, {"hours": _FORGOTTEN_WORKER_HOURS})
    return len(returned.all())


async def note_error(connection: AsyncConnection, job_id: int, error: str) -> None:
    """Keeps the class of a job's last error."""
    await connection.execute(_NOTE, {"job": job_id, "error": error})


async def dead_letters(connection: AsyncConnection, choice: Choice) -> list[DeadLetter]:
    """The chosen ones, the newest first."""
    return [DeadLetter(*row) for row in await connection.execute(_DEAD, _bound(choice))]


async def retry_dead_letters(connection: AsyncConnection, choice: Choice) -> int:
    """Puts the chosen ones that are wanted back into their queues, as though never tried; how many."""
    return len((await connection.execute(_RETRY, _bound(choice))).all())


async def drop_dead_letters(connection: AsyncConnection, choice: Choice) -> int:
    """Deletes the chosen ones; how many."""
    bound = _bound(choice)
    return len((await connection.execute(_DROP, {name: bound[name] for name in ("ids", "workspace")})).all())


async def count_waiting(connection: AsyncConnection) -> int:
    """How many jobs wait, of all workspaces."""
    return (await connection.scalar(_WAITING)) or 0


def _bound(choice: Choice) -> dict[str, object]:
    return {
        "ids": None if choice.job_ids is None else sorted(choice.job_ids),
        "workspace": None if choice.workspace_id is None else str(choice.workspace_id),
        "waited_for": choice.waited_for,
        "since": choice.since,
    }
