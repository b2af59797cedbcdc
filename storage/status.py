"""How a workspace stands: what the CRM brought, and the jobs that wait or failed.

The contacts are those its connection's viewer may see: row-level security narrows them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_HOLDINGS: Final = text("""
    SELECT count(*), max(changed_at), max(last_interaction_at) FROM contacts WHERE workspace_id = :workspace""")
# The queue's tables know no workspace: a promise's arguments do, and a chore's.
_BACKLOG: Final = text("""
    SELECT count(*) FILTER (WHERE due), min(since) FILTER (WHERE due), count(*) FILTER (WHERE status = 'failed')
    FROM (
        SELECT j.status, j.status = 'todo' AND coalesce(j.scheduled_at, :now) <= :now AS due,
            coalesce(j.scheduled_at, (
                SELECT e.at FROM procrastinate_events e WHERE e.job_id = j.id AND e.type = 'deferred' LIMIT 1
            )) AS since
        FROM procrastinate_jobs j
        WHERE j.status IN ('todo', 'failed')
        AND coalesce(j.args #>> '{reply,workspace_id}', j.args ->> 'workspace_id') = :workspace
    ) jobs""")


@dataclass(frozen=True, slots=True)
class Holdings:
    """How many contacts there are, when an import last changed one, and their newest interaction."""

    contacts: int
    imported_at: datetime | None
    newest_interaction_at: datetime | None


@dataclass(frozen=True, slots=True)
class Backlog:
    """Jobs that are due and wait, since when the oldest does, and those that failed and are still kept (30 days)."""

    waiting: int
    oldest_at: datetime | None
    failed: int


async def holdings_of(connection: AsyncConnection, workspace_id: int) -> Holdings:
    """What the CRM brought, as the connection's viewer may see it."""
    return Holdings(*(await connection.execute(_HOLDINGS, {"workspace": workspace_id})).one())


async def backlog_of(connection: AsyncConnection, workspace_id: int, *, now: datetime) -> Backlog:
    """The workspace's own jobs."""
    return Backlog(*(await connection.execute(_BACKLOG, {"workspace": str(workspace_id), "now": now})).one())
