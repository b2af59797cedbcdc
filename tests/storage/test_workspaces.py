from storage.database import Database
from storage.workspaces import ensure_default_workspace


async def test_the_default_workspace_is_made_once(database: Database) -> None:
    first = await ensure_default_workspace(database)
    assert await ensure_default_workspace(database) == first
