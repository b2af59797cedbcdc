"""Which workspace a Slack team gets, above all when several ask at once."""

import asyncio

import psycopg
import pytest
from sqlalchemy import text

from persona.errors import UnknownWorkspaceError
from storage.database import Database
from storage.workspaces import (
    WorkspaceEntry,
    claim_default_workspace,
    ensure_default_workspace,
    list_workspaces,
    workspace_of_team,
)


async def test_ten_that_ask_at_once_get_one_default_workspace(database: Database) -> None:
    found = await asyncio.gather(*(ensure_default_workspace(database) for _ in range(10)))
    assert found == found[:1] * 10


async def test_the_first_team_takes_over_the_default_workspace(database: Database, workspace_id: int) -> None:
    assert await claim_default_workspace(database, "T1", None) == workspace_id
    assert await workspace_of_team(database, "T1") == workspace_id


async def test_of_ten_teams_at_once_exactly_one_gets_the_default_workspace(
    database: Database, workspace_id: int
) -> None:
    asked = [claim_default_workspace(database, f"T{n}", None) for n in range(10)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert answers.count(workspace_id) == 1
    assert sum(isinstance(answer, UnknownWorkspaceError) for answer in answers) == 9


async def test_a_team_that_waited_for_another_s_claim_does_not_overwrite_it(
    database: Database, workspace_id: int, owner_url: str
) -> None:
    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with await psycopg.AsyncConnection.connect(owner_url) as first:
        await first.execute("UPDATE workspaces SET slack_team_id = 'T1' WHERE workspace_id = %s", [workspace_id])
        second = asyncio.create_task(claim_default_workspace(database, "T2", None))
        while await (await first.execute(waiting)).fetchone() is None:
            # The snapshot of activity is kept within a transaction unless it is cleared.
            await first.execute("SELECT pg_stat_clear_snapshot()")
            assert not second.done()
        await first.commit()
        with pytest.raises(UnknownWorkspaceError):
            await second
    assert await workspace_of_team(database, "T1") == workspace_id


async def test_a_team_that_asks_ten_times_at_once_gets_one_workspace(database: Database, workspace_id: int) -> None:
    answers = await asyncio.gather(*(claim_default_workspace(database, "T1", None) for _ in range(10)))
    assert answers == [workspace_id] * 10


async def test_a_team_never_gets_a_second_workspace(database: Database, workspace_id: int) -> None:
    await claim_default_workspace(database, "T1", None)
    async with database.directory() as connection:
        await connection.execute(text("INSERT INTO workspaces (name) VALUES ('Unclaimed')"))
    assert await claim_default_workspace(database, "T1", None) == workspace_id


async def test_a_team_nobody_installed_is_unknown(database: Database, workspace_id: int) -> None:
    with pytest.raises(UnknownWorkspaceError):
        await workspace_of_team(database, "T-other")


async def test_a_team_without_a_workspace_works_in_its_organisation_s(database: Database, workspace_id: int) -> None:
    async with database.directory() as connection:
        await connection.execute(text("UPDATE workspaces SET slack_team_id = 'E1'"))
    assert await workspace_of_team(database, "T1", "E1") == workspace_id


async def test_an_import_after_the_claim_still_goes_to_the_same_workspace(
    database: Database, workspace_id: int
) -> None:
    await claim_default_workspace(database, "T1", None)
    assert await ensure_default_workspace(database) == workspace_id


async def test_every_workspace_is_listed_with_its_team_and_contacts(database: Database, workspace_id: int) -> None:
    await claim_default_workspace(database, "T1", None)
    async with database.workspace(workspace_id) as connection:
        add = text("INSERT INTO contacts (workspace_id, source, external_id, name) VALUES (:w, 'folder', :id, :id)")
        for name in ("a", "b"):
            await connection.execute(add, {"w": workspace_id, "id": name})
    async with database.directory() as connection:
        other = await connection.scalar(text("INSERT INTO workspaces (name) VALUES ('Second') RETURNING workspace_id"))
    assert await list_workspaces(database) == [
        WorkspaceEntry(workspace_id, "Default", "T1", 2),
        WorkspaceEntry(other, "Second", None, 0),
    ]
