"""What must not be sent twice: that it was begun, and where it stands since it is done."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import deliveries


@dataclass(frozen=True, slots=True)
class Begun:
    """A delivery that was begun before: done, with the ts of its message, or nobody knows."""

    done: bool
    message_ts: str


async def begin_delivery(connection: AsyncConnection, workspace_id: int, key: str) -> Begun | None:
    """Begins a delivery; what is known of it when it was begun before, else None."""
    row = insert(deliveries).values(workspace_id=workspace_id, key=key).on_conflict_do_nothing()
    if await connection.scalar(row.returning(deliveries.c.key)) is not None:
        return None
    found = await connection.execute(
        select(deliveries.c.done_at.is_not(None), func.coalesce(deliveries.c.message_ts, "")).where(
            _is(workspace_id, key)
        )
    )
    return Begun(*found.one())


async def end_delivery(connection: AsyncConnection, workspace_id: int, key: str, *, message_ts: str) -> None:
    """Remembers that it was sent, as this message."""
    done = update(deliveries).where(_is(workspace_id, key)).values(done_at=func.now(), message_ts=message_ts)
    await connection.execute(done)


async def give_up_delivery(connection: AsyncConnection, workspace_id: int, key: str) -> None:
    """Forgets one that was certainly not sent."""
    await connection.execute(delete(deliveries).where(_is(workspace_id, key)))


def _is(workspace_id: int, key: str) -> ColumnElement[bool]:
    return (deliveries.c.workspace_id == workspace_id) & (deliveries.c.key == key)
