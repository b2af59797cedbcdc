"""Which personas are out of date: how many there are, as the clock counts them each hour, and whom a model owes one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from persona.freshness import Freshness
from storage.tables import staleness

_NEWEST: Final = """
    SELECT {asked} FROM contacts c JOIN LATERAL (
        SELECT contact_id, fell_back, interaction_count, failed_at, coalesce(confirmed_at, written_at) AS seen_at
        FROM customer_personas WHERE workspace_id = :workspace AND contact_id = c.id
        ORDER BY (method = 'rag') DESC, version DESC LIMIT 1
    ) p ON true
    WHERE c.workspace_id = :workspace AND NOT c.do_not_profile"""
_OLD: Final = "p.seen_at < :old OR c.interaction_count - p.interaction_count > :newer"
_COUNT: Final = text(_NEWEST.replace("{asked}", f"count(*) AS personas, count(*) FILTER (WHERE {_OLD}) AS out_of_date"))
_OWED: Final = text(
    _NEWEST.replace("{asked}", "c.id")
    + """
    AND (p.fell_back OR p.failed_at > p.seen_at) AND greatest(p.seen_at, p.failed_at) < :tried
    ORDER BY c.last_interaction_at DESC NULLS LAST, c.id LIMIT :most"""
)


@dataclass(frozen=True, slots=True)
class Staleness:
    """How many contacts have a persona, of how many it is out of date, and when that was counted."""

    personas: int
    out_of_date: int
    counted_at: datetime


async def count_staleness(
    connection: AsyncConnection, workspace_id: int, limits: Freshness, *, now: datetime
) -> Staleness:
    """Counts, and keeps what it counted."""
    bound: dict[str, Any] = {"old": now - limits.max_age, "newer": limits.max_newer_interactions}
    found = (await connection.execute(_COUNT, {"workspace": workspace_id, **bound})).one()
    counted = Staleness(found.personas, found.out_of_date, now)
    known = {"personas": counted.personas, "out_of_date": counted.out_of_date, "counted_at": now}
    row = insert(staleness).values(workspace_id=workspace_id, **known)
    await connection.execute(row.on_conflict_do_update(index_elements=[staleness.c.workspace_id], set_=known))
    return counted


async def staleness_of(connection: AsyncConnection, workspace_id: int) -> Staleness | None:
    """What was counted last; None before the first time."""
    columns = staleness.c
    asked = select(columns.personas, columns.out_of_date, columns.counted_at)
    row = (await connection.execute(asked.where(columns.workspace_id == workspace_id))).one_or_none()
    return Staleness(*row) if row else None


async def owed_by_model(
    connection: AsyncConnection, workspace_id: int, *, tried_before: datetime, at_most: int
) -> list[int]:
    """The contacts whose persona a model failed to write, tried last before then; the newest interaction first."""
    bound = {"workspace": workspace_id, "tried": tried_before, "most": at_most}
    return [int(key) for key in (await connection.execute(_OWED, bound)).scalars()]
