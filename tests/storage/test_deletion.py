"""What hangs on a row goes with it, though no foreign key looks at each imported row: triggers and the merge do."""

from pathlib import Path

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from persona.errors import ImportFolderError
from storage.database import Database, driver_connection
from storage.importer import import_folder
from tests.storage.rows import Rows, day, new_workspace

TABLES = ("contacts", "interactions", "email_events")
CONTACTS = "external_id,name\nC1,Jane Doe\nC2,Max Weber\n"
EMAILS = "external_id,contact_id,direction,sent_at,body\nE1,C1,inbound,2025-03-01T09:00:00Z,Hello\n"


async def fill(database: Database, workspace_id: int) -> None:
    """Jane and Max with a mail and an open each."""
    rows = Rows(database, workspace_id)
    for name in ("Jane Doe", "Max Weber"):
        mail = await rows.interaction(await rows.contact(name), f"E {name}", day(0))
        await rows.event(mail, "open", day(1))


async def counts(database: Database, workspace_id: int) -> dict[str, int]:
    async with database.workspace(workspace_id) as connection:
        raw = await driver_connection(connection)
        found = {}
        for table in TABLES:
            cursor = await raw.execute(SQL("SELECT count(*) FROM {}").format(Identifier(table)))
            ((found[table],),) = await cursor.fetchall()
        return found


async def test_a_deleted_contact_takes_its_mails_and_their_events_with_it(
    database: Database, workspace_id: int
) -> None:
    await fill(database, workspace_id)
    async with database.workspace(workspace_id) as connection:
        await (await driver_connection(connection)).execute("DELETE FROM contacts WHERE name = 'Jane Doe'")
    assert await counts(database, workspace_id) == {"contacts": 1, "interactions": 1, "email_events": 1}


async def test_a_deleted_workspace_takes_everything_of_its_own_and_nothing_else_with_it(
    database: Database, workspace_id: int, owner_url: str
) -> None:
    other = await new_workspace(database)
    await fill(database, workspace_id)
    await fill(database, other)
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("DELETE FROM workspaces WHERE workspace_id = %s", [other])
    with psycopg.connect(owner_url) as owner:
        left = {t: owner.execute(SQL("SELECT DISTINCT workspace_id FROM {}").format(Identifier(t))) for t in TABLES}
        assert {t: cursor.fetchall() for t, cursor in left.items()} == {t: [(workspace_id,)] for t in TABLES}


async def test_after_a_deletion_the_transaction_is_in_the_workspace_it_was_in(
    database: Database, workspace_id: int
) -> None:
    await fill(database, workspace_id)
    async with database.workspace(workspace_id) as connection:
        raw = await driver_connection(connection)
        await raw.execute("DELETE FROM contacts WHERE name = 'Jane Doe'")
        assert await (await raw.execute("SELECT name FROM contacts")).fetchall() == [("Max Weber",)]


async def test_a_contact_deleted_while_an_import_adds_to_it_leaves_no_rows_behind(
    database: Database, workspace_id: int, app_url: str, tmp_path: Path
) -> None:
    def delete_jane(name: str, done: int, total: int) -> None:
        if name == "email_events.csv":
            with psycopg.connect(app_url) as meanwhile:
                meanwhile.execute("SELECT set_config('app.workspace_id', %s, true)", [str(workspace_id)])
                meanwhile.execute("DELETE FROM contacts WHERE external_id = 'C1'")

    (tmp_path / "contacts.csv").write_text(CONTACTS)
    await import_folder(database, workspace_id, tmp_path, progress=lambda *_: None)
    (tmp_path / "emails.csv").write_text(EMAILS)
    (tmp_path / "email_events.csv").write_text("external_id,email_id,type,occurred_at\n")
    with pytest.raises(ImportFolderError, match="A contact was deleted"):
        await import_folder(database, workspace_id, tmp_path, progress=delete_jane)
    assert await counts(database, workspace_id) == {"contacts": 1, "interactions": 0, "email_events": 0}
