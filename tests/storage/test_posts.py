"""Cards that stand in channels are found by where they stand, and know which persona they show."""

import pytest

from storage.database import Database
from storage.posts import drawn_anew, post_at, posts_of_contact, remember_post
from storage.store import WorkspaceStore
from tests.storage.rows import Rows, day, new_workspace
from tests.storage.test_personas import profile


@pytest.fixture
def rows(database: Database, workspace_id: int) -> Rows:
    return Rows(database, workspace_id)


@pytest.fixture
async def jane(rows: Rows) -> int:
    """A contact with two versions of a persona, the first of them posted."""
    store, contact = WorkspaceStore(rows.database, rows.workspace_id), await rows.contact("Jane Doe")
    for _ in range(2):
        await store.save_persona(contact, profile(contact))
    async with rows.database.workspace(rows.workspace_id) as connection:
        posted = {"contact_key": contact, "version": 1, "posted_by": "U1", "note": "Worth a read"}
        await remember_post(connection, rows.workspace_id, channel_id="C1", message_ts="1.000100", **posted)
    return contact


async def test_a_post_is_found_where_it_stands_and_nowhere_else(rows: Rows, jane: int) -> None:
    async with rows.database.workspace(rows.workspace_id) as connection:
        found = await post_at(connection, rows.workspace_id, "C1", "1.000100")
        others = [await post_at(connection, rows.workspace_id, *at) for at in (("C2", "1.000100"), ("C1", "1.0001"))]
    assert found is not None
    assert (found.contact_key, found.version, found.posted_by, found.note) == (jane, 1, "U1", "Worth a read")
    assert others == [None, None]


async def test_a_post_drawn_anew_shows_the_newer_version(rows: Rows, jane: int) -> None:
    async with rows.database.workspace(rows.workspace_id) as connection:
        [post] = await posts_of_contact(connection, rows.workspace_id, jane)
        await drawn_anew(connection, rows.workspace_id, post.key, contact_key=jane, version=2, at=day(9))
        [drawn] = await posts_of_contact(connection, rows.workspace_id, jane)
    assert (post.version, drawn.version, drawn.drawn_at) == (1, 2, day(9))


@pytest.mark.usefixtures("jane")
async def test_another_workspace_s_post_is_nobody_s(rows: Rows) -> None:
    other = await new_workspace(rows.database)
    async with rows.database.workspace(other) as connection:
        assert await post_at(connection, other, "C1", "1.000100") is None
