"""Each of Slack's events is done once: that it came, and the promise it leads to, are kept together or not at all."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from storage.database import AsyncConnection, Database
from storage.events import claim_event


@asynccontextmanager
async def once(database: Database, workspace_id: int, event_id: str) -> AsyncIterator[AsyncConnection | None]:
    """The transaction in which the first delivery of an event is acted on; None for a later one.

    A crash, or an error in the block, leaves nothing behind: Slack's next delivery is the first then.
    """
    async with database.workspace(workspace_id) as connection:
        yield connection if await claim_event(connection, workspace_id, event_id) else None
