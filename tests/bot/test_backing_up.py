"""A backup brought back answers with the same card; a damaged one, or one into a database in use, changes nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from rich.console import Console

from bot.importing import import_sample
from bot.posting import Reply
from bot.showing import WRITE
from bot.wiring import Services
from persona.errors import BackupError
from storage.backup import back_up, restore
from storage.database import Database
from storage.embedded import EmbeddedServer
from storage.migrations.prerequisites import APP_ROLE
from storage.schema import newest_revision
from tests.bot.conftest import settings

JANE = "jane.doe@northwind.example"


@contextmanager
def empty(server: EmbeddedServer) -> Iterator[str]:
    """The name of a database with nothing in it."""
    name = f"restored_{uuid4().hex[:12]}"
    with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield name
    with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def nothing_made(url: str) -> Iterator[None]:
    """Whatever happens in the block, the database is empty after it."""
    yield
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)


async def test_a_restored_database_answers_with_the_same_card_and_goes_on(
    server: EmbeddedServer, database_name: str, tmp_path: Path
) -> None:
    file = tmp_path / "today.backup"
    before = Services(settings(), await Database.open(server.url(APP_ROLE, database_name)))
    await import_sample(before, console=Console(quiet=True))
    workspace_id = await before.default_workspace()
    jane = await before.engine(workspace_id).resolve(JANE)
    await before.engine(workspace_id).ask(jane.key)
    written = await before.engine(workspace_id).stored(jane.key)
    await before.promises.make(WRITE, Reply(workspace_id, "U1"), contact_key=jane.key)
    await before.close()
    size = back_up(server.url("postgres", database_name), file)
    assert (size > 100_000, file.stat().st_mode & 0o777, list(tmp_path.iterdir())) == (True, 0o600, [file])
    with empty(server) as name:
        assert restore(server.url("postgres", name), file) == newest_revision()
        after = Services(settings(), await Database.open(server.url(APP_ROLE, name)))
        async with after.queue.open_async():
            engine = after.engine(await after.default_workspace())
            assert await engine.ask((await engine.resolve(JANE)).key) == written
            assert len(list(await after.queue.job_manager.list_jobs_async(task=WRITE))) == 1
            anew = await engine.ask(jane.key, fresh=True)
            assert anew.persona is not None
            async with after.database.workspace(workspace_id + 1) as connection:
                assert (await connection.exec_driver_sql("SELECT count(*) FROM contacts")).scalar() == 0
        await after.close()


def test_a_database_in_use_is_not_restored_into(server: EmbeddedServer, owner_url: str, tmp_path: Path) -> None:
    file = tmp_path / "a.backup"
    back_up(owner_url, file)
    with pytest.raises(BackupError, match="isn't empty"):
        restore(owner_url, file)


def test_a_damaged_backup_and_what_is_none_bring_nothing(
    server: EmbeddedServer, owner_url: str, tmp_path: Path
) -> None:
    file, half, other = tmp_path / "a.backup", tmp_path / "half", tmp_path / "other"
    back_up(owner_url, file)
    half.write_bytes(file.read_bytes()[: file.stat().st_size * 9 // 10])
    other.write_text("name,email\n")
    with empty(server) as name:
        url = server.url("postgres", name)
        for broken, says in ((half, "not whole"), (other, "is no backup"), (tmp_path / "none", "can't be read")):
            with nothing_made(url), pytest.raises(BackupError, match=says):
                restore(url, broken)


def test_a_backup_replaces_no_file_and_leaves_none_that_is_not_whole(owner_url: str, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text("mine")
    with pytest.raises(BackupError, match="is there already"):
        back_up(owner_url, kept)
    with pytest.raises(BackupError, match="can't be written"):
        back_up(owner_url, tmp_path / "no" / "such" / "folder")
    assert [(f.name, f.read_text()) for f in tmp_path.iterdir()] == [("kept", "mine")]


def test_a_role_that_may_not_read_every_row_makes_no_backup_that_lacks_some(
    server: EmbeddedServer, database_name: str, tmp_path: Path
) -> None:
    with pytest.raises(BackupError, match="BYPASSRLS"):
        back_up(server.url(APP_ROLE, database_name), tmp_path / "a.backup")
    assert list(tmp_path.iterdir()) == []
