"""Cards that stand in channels are found by where they stand, and know which persona they show."""

from datetime import timedelta

import pytest

from storage.database import Database
from storage.posts import claim_drawing, is_post, post_at, posts_of_contact, remember_post, shows_now
from storage.store import WorkspaceStore
from tests.storage.rows import Rows, new_workspace
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
        await shows_now(connection, rows.workspace_id, post.key, contact_key=jane, version=2)
        [drawn] = await posts_of_contact(connection, rows.workspace_id, jane)
    assert (post.version, drawn.version) == (1, 2)


@pytest.mark.usefixtures("jane")
async def test_a_look_up_tells_our_messages_from_others_and_from_another_workspace_s(rows: Rows) -> None:
    other = await new_workspace(rows.database)
    asked = [(rows.workspace_id, "C1", "1.000100"), (rows.workspace_id, "C1", "1.000200"), (other, "C1", "1.000100")]
    assert [await is_post(rows.database, *message) for message in asked] == [True, False, False]


@pytest.mark.usefixtures("jane")
async def test_a_look_up_is_answered_though_the_server_has_ended_its_connection(rows: Rows) -> None:
    before = await is_post(rows.database, rows.workspace_id, "C1", "1.000100")
    async with rows.database.workspace(rows.workspace_id) as connection:
        await connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database() AND usename = current_user"
        )
    assert (before, await is_post(rows.database, rows.workspace_id, "C1", "1.000100")) == (True, True)


async def test_what_is_no_channel_of_slack_s_is_no_post_and_no_sql(rows: Rows) -> None:
    hostile = "C1' OR true; DROP TABLE persona_posts; --"
    assert await is_post(rows.database, rows.workspace_id, hostile, "%s") is False
    assert await is_post(rows.database, rows.workspace_id, "C1", "1.000100") is False


async def test_a_post_is_drawn_anew_at_once_and_then_not_before_ten_seconds_have_passed(rows: Rows, jane: int) -> None:
    ten = timedelta(seconds=10)
    async with rows.database.workspace(rows.workspace_id) as connection:
        [post] = await posts_of_contact(connection, rows.workspace_id, jane)
        tried = [post.drawn_at + timedelta(seconds=second) for second in (1, 10.9, 11, 12)]
        claimed = [
            await claim_drawing(connection, rows.workspace_id, post.key, at=moment, apart=ten) for moment in tried
        ]
        [drawn] = await posts_of_contact(connection, rows.workspace_id, jane)
    assert (claimed, post.redrawn, drawn.redrawn, drawn.drawn_at) == (
        [True, False, True, False],
        False,
        True,
        tried[2],
    )


@pytest.mark.usefixtures("jane")
async def test_another_workspace_s_post_is_nobody_s(rows: Rows) -> None:
    other = await new_workspace(rows.database)
    async with rows.database.workspace(other) as connection:
        assert await post_at(connection, other, "C1", "1.000100") is None
