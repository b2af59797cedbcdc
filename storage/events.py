"""Slack's events, each done once: Slack delivers one again when we were slow to answer."""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import processed_events


async def claim_event(connection: AsyncConnection, workspace_id: int, event_id: str) -> bool:
    """Whether this delivery is the first; later ones of the same event are not."""
    row = insert(processed_events).values(workspace_id=workspace_id, event_id=event_id)
    claimed = await connection.execute(row.on_conflict_do_nothing().returning(processed_events.c.event_id))
    return claimed.scalar_one_or_none() is not None
