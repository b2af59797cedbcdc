"""What the database knows of how the whole installation stands: its queues, its clocks, its size. Nobody's rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text

from storage.database import Database

_COUNTED: Final = ("contacts", "interactions", "customer_personas")

# A job that never had to wait for a time is due since it was stored.
_QUEUES: Final = text("""
    SELECT j.queue_name,
        count(*) FILTER (WHERE due), count(*) FILTER (WHERE j.status = 'todo' AND NOT due),
        count(*) FILTER (WHERE j.status = 'doing'), count(*) FILTER (WHERE j.status = 'failed'),
        coalesce(extract(epoch FROM now() - least(min(j.scheduled_at) FILTER (WHERE due), (
            SELECT max(v.at) FROM procrastinate_events v WHERE v.type = 'deferred'
            AND v.job_id = min(j.id) FILTER (WHERE due AND j.scheduled_at IS NULL)))), 0)
    FROM procrastinate_jobs j,
        LATERAL (SELECT j.status = 'todo' AND coalesce(j.scheduled_at, now()) <= now() AS due) d
    WHERE j.status IN ('todo', 'doing', 'failed') GROUP BY j.queue_name""")
_REST: Final = text("""
    SELECT (SELECT version_num FROM alembic_version), (SELECT max(ticked_at) FROM clock_ticks),
        (SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat >= now() - make_interval(secs => :silent)),
        pg_database_size(current_database()), now()""")
_ROWS: Final = text("""
    SELECT relname, greatest(reltuples, 0)::bigint FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relname = ANY(:names)""")


@dataclass(frozen=True, slots=True)
class QueueVitals:
    """Jobs of a queue: due, due later, under way, failed for good; and for how many seconds the oldest is due."""

    due: int = 0
    later: int = 0
    doing: int = 0
    failed: int = 0
    lag_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Vitals:
    """How an installation stands at `at`, the database's time. `rows` are the planner's estimates."""

    at: datetime
    schema: str | None
    last_tick: datetime | None
    workers: int
    size_bytes: int
    queues: Mapping[str, QueueVitals]
    rows: Mapping[str, int]


async def read_vitals(database: Database, *, silent_s: float) -> Vitals:
    """How it stands now; a worker counts that was heard of in the last `silent_s` seconds. Raises as `directory`."""
    async with database.directory() as connection:
        queues = (await connection.execute(_QUEUES)).all()
        rest = (await connection.execute(_REST, {"silent": silent_s})).one()
        rows = (await connection.execute(_ROWS, {"names": list(_COUNTED)})).all()
    schema, last_tick, workers, size_bytes, at = rest
    return Vitals(
        at,
        schema,
        last_tick,
        workers,
        size_bytes,
        {
            name: QueueVitals(due, later, doing, failed, max(0.0, float(lag)))
            for name, due, later, doing, failed, lag in queues
        },
        {name: int(count) for name, count in rows},
    )
