"""Each of Slack's events is done once: a delivery that fails gives its claim back, so that the next one may."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from storage.database import Database
from storage.events import claim_event, release_event


@asynccontextmanager
async def once(database: Database, workspace_id: int, event_id: str) -> AsyncIterator[bool]:
    """Whether this delivery of the event is the one to act on; when the block fails, a later one is."""
    async with database.workspace(workspace_id) as connection:
        first = await claim_event(connection, workspace_id, event_id)
    try:
        yield first
    except Exception:
        if first:
            async with database.workspace(workspace_id) as connection:
                await release_event(connection, workspace_id, event_id)
        raise
