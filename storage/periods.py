"""Which period of each chore was handed out last, in every workspace, and whether it is done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from persona.schedule import Period
from storage.database import Database
from storage.tables import clock_ticks, periods, workspaces


@dataclass(frozen=True, slots=True)
class Standing:
    """A live workspace: its zone and settings as they are kept, and the newest due time handed out of each chore."""

    workspace_id: int
    time_zone: str
    settings: dict[str, Any]
    created_at: datetime
    handed_out: dict[str, datetime]


async def standings(database: Database) -> list[Standing]:
    """Every workspace whose install isn't over, in one query."""
    of_each = func.jsonb_object_agg(periods.c.chore, periods.c.due_at).filter(periods.c.chore.isnot(None))
    columns = workspaces.c
    asked = (
        select(columns.workspace_id, columns.time_zone, columns.settings, columns.created_at, of_each)
        .join(periods, periods.c.workspace_id == columns.workspace_id, isouter=True)
        .where(columns.ended_at.is_(None))
        .group_by(columns.workspace_id, columns.time_zone, columns.settings, columns.created_at)
        .order_by(columns.workspace_id)
    )
    async with database.directory() as connection:
        rows = (await connection.execute(asked)).all()
    return [
        Standing(*row[:4], {chore: datetime.fromisoformat(due) for chore, due in (row[4] or {}).items()})
        for row in rows
    ]


async def hand_out(connection: AsyncConnection, workspace_id: int, chore: str, period: Period) -> bool:
    """Whether this period is handed out by this call: not when it, or a later one, was before."""
    row = insert(periods).values(workspace_id=workspace_id, chore=chore, period=period.name, due_at=period.due_at)
    newer = row.on_conflict_do_update(
        index_elements=[periods.c.workspace_id, periods.c.chore],
        set_={"period": period.name, "due_at": period.due_at, "handed_out_at": func.now(), "done_at": None},
        where=periods.c.due_at < period.due_at,
    )
    return await connection.scalar(newer.returning(periods.c.chore)) is not None


async def is_over(connection: AsyncConnection, workspace_id: int, chore: str, period: str) -> bool:
    """Whether a period's chore ended well, or a later period was handed out: that one is done in its place."""
    of_it = (periods.c.workspace_id == workspace_id) & (periods.c.chore == chore)
    over = (periods.c.period != period) | periods.c.done_at.is_not(None)
    return bool(await connection.scalar(select(over).where(of_it)))


async def mark_done(connection: AsyncConnection, workspace_id: int, chore: str, period: str) -> None:
    """Remembers that it did."""
    of_it = (periods.c.workspace_id == workspace_id) & (periods.c.chore == chore) & (periods.c.period == period)
    await connection.execute(update(periods).where(of_it).values(done_at=func.now()))


async def remember_tick(database: Database) -> None:
    """Remembers that a clock looked just now, by the database's time: a machine may be months ahead."""
    row = insert(clock_ticks).values(ticked_at=func.clock_timestamp())
    newest = row.on_conflict_do_update(index_elements=[clock_ticks.c.id], set_={"ticked_at": row.excluded.ticked_at})
    async with database.directory() as connection:
        await connection.execute(newest)


async def last_tick(database: Database) -> datetime | None:
    """When a clock looked last, by the database's time, or None where none ever ran."""
    async with database.directory() as connection:
        found: datetime | None = await connection.scalar(select(clock_ticks.c.ticked_at))
    return found
