"""Transactions as the app uses them: one workspace each, kept or undone whole, and every failure says what to do."""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable, Iterator

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DataError
from sqlalchemy.ext.asyncio import AsyncConnection

from persona.errors import DatabaseRightsError, DatabaseUnreachableError, SchemaOutdatedError, SettingsError
from storage.database import Database, driver_connection
from storage.embedded import EmbeddedServer
from storage.workspaces import ensure_default_workspace

ADD = text("INSERT INTO companies (workspace_id, name) VALUES (:workspace, :name)")
NAMES = text("SELECT name FROM companies ORDER BY name")


async def names(database: Database, workspace_id: int) -> list[str]:
    async with database.workspace(workspace_id) as connection:
        return list((await connection.execute(NAMES)).scalars())


async def other_workspace(database: Database) -> int:
    async with database.directory() as connection:
        made = await connection.execute(text("INSERT INTO workspaces (name) VALUES ('Other') RETURNING workspace_id"))
        return int(made.scalar_one())


async def test_what_a_transaction_wrote_is_kept(database: Database, workspace_id: int) -> None:
    async with database.workspace(workspace_id) as connection:
        await connection.execute(ADD, {"workspace": workspace_id, "name": "Northwind"})
    assert await names(database, workspace_id) == ["Northwind"]


async def test_a_transaction_that_raises_leaves_nothing(database: Database, workspace_id: int) -> None:
    async def fail_half_way() -> None:
        async with database.workspace(workspace_id) as connection:
            await connection.execute(ADD, {"workspace": workspace_id, "name": "Northwind"})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_half_way()
    assert await names(database, workspace_id) == []


async def test_a_cancelled_transaction_leaves_nothing_and_its_connection_works_on(
    app_url: str, workspace_id: int
) -> None:
    database = await Database.open(app_url, pool_size=1)
    asleep = asyncio.Event()

    async def interrupted() -> None:
        async with database.workspace(workspace_id) as connection:
            await connection.execute(ADD, {"workspace": workspace_id, "name": "Northwind"})
            asleep.set()
            await connection.execute(text("SELECT pg_sleep(60)"))

    task = asyncio.create_task(interrupted())
    await asleep.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await names(database, workspace_id) == []
    await database.close()


async def test_an_error_swallowed_inside_is_not_taken_for_success(database: Database, workspace_id: int) -> None:
    async def swallow() -> None:
        async with database.workspace(workspace_id) as connection:
            raw = await driver_connection(connection)
            await connection.execute(ADD, {"workspace": workspace_id, "name": "Northwind"})
            with pytest.raises(psycopg.errors.DivisionByZero):
                await raw.execute("SELECT 1 / 0")

    with pytest.raises(psycopg.errors.InFailedSqlTransaction):
        await swallow()


async def test_an_error_does_not_tell_the_values_of_its_statement(database: Database, workspace_id: int) -> None:
    async def divide() -> None:
        async with database.workspace(workspace_id) as connection:
            await connection.execute(text("SELECT length(CAST(:words AS text)) / 0"), {"words": "secret"})

    with pytest.raises(DataError) as raised:
        await divide()
    assert "secret" not in str(raised.value)


async def test_a_workspace_does_not_outlive_its_transaction_on_a_reused_connection(
    app_url: str, workspace_id: int
) -> None:
    database = await Database.open(app_url, pool_size=1)
    async with database.workspace(workspace_id) as connection:
        await connection.execute(ADD, {"workspace": workspace_id, "name": "Northwind"})
    other = await other_workspace(database)
    async with database.directory() as connection:
        assert list((await connection.execute(NAMES)).scalars()) == []
    assert (await names(database, other), await names(database, workspace_id)) == ([], ["Northwind"])
    await database.close()


async def test_rows_copied_through_the_driver_are_kept_with_the_transaction(
    database: Database, workspace_id: int
) -> None:
    async with database.workspace(workspace_id) as connection:
        raw = await driver_connection(connection)
        # PostgreSQL refuses COPY into a table under row-level security: rows go through one of the session.
        await raw.execute("CREATE TEMP TABLE staging (workspace_id bigint, name text) ON COMMIT DROP")
        async with raw.cursor() as cursor, cursor.copy("COPY staging FROM STDIN") as copy:
            await copy.write_row((workspace_id, "Northwind"))
        await raw.execute("INSERT INTO companies (workspace_id, name) SELECT * FROM staging")
    assert await names(database, workspace_id) == ["Northwind"]


async def test_many_transactions_at_once_each_see_their_own_workspace(database: Database, workspace_id: int) -> None:
    other = await other_workspace(database)

    async def seen(workspace: int) -> int:
        async with database.workspace(workspace) as connection:
            return int((await connection.execute(text("SELECT current_workspace()"))).scalar_one())

    asked = [workspace_id, other] * 50
    assert await asyncio.gather(*map(seen, asked)) == asked


async def test_connections_that_died_meanwhile_are_replaced_without_a_word(
    database: Database, workspace_id: int, owner_url: str
) -> None:
    assert await names(database, workspace_id) == []
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = 'persona_app'"
        )
    assert await names(database, workspace_id) == []


async def test_a_superuser_in_the_url_works_as_the_role_of_the_app(owner_url: str, workspace_id: int) -> None:
    database = await Database.open(owner_url)
    async with database.directory() as connection:
        role = (await connection.execute(text("SELECT current_user"))).scalar_one()
        benchmarks = (await connection.execute(text("SELECT count(*) FROM industry_benchmarks"))).scalar_one()
    await database.close()
    assert (role, benchmarks) == ("persona_app", 0)


async def test_the_queue_gets_the_same_role(owner_url: str) -> None:
    database = await Database.open(owner_url)
    await database.close()
    async with await psycopg.AsyncConnection.connect(database.conninfo) as connection:
        row = await (await connection.execute("SELECT current_user::text")).fetchone()
    assert row == ("persona_app",)


@pytest.mark.parametrize("prefix", ["postgres://", "postgresql://", "postgresql+psycopg://"])
async def test_every_usual_form_of_a_url_is_understood(app_url: str, prefix: str) -> None:
    database = await Database.open(prefix + app_url.removeprefix("postgresql://"))
    assert await ensure_default_workspace(database) > 0
    await database.close()


@pytest.mark.parametrize("url", ["mysql://root@localhost/x", "not a url", ""])
async def test_a_url_of_something_else_is_refused_without_being_shown(url: str) -> None:
    with pytest.raises(SettingsError) as refused:
        await Database.open(url)
    assert refused.value.user_message == (
        "DATABASE_URL is not a PostgreSQL URL. It reads postgresql://user:password@host:5432/database."
    )


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port that nobody listens on."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        yield reserved.getsockname()[1]


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


async def test_a_server_that_is_not_there_is_said_to_be_unreachable_at_once(closed_port: int) -> None:
    began = time.monotonic()
    with pytest.raises(DatabaseUnreachableError) as failed:
        await Database.open(f"postgresql://someone:secret@127.0.0.1:{closed_port}/persona")
    assert time.monotonic() - began < 2
    assert failed.value.user_message == (
        "The database does not answer. Check DATABASE_URL and that the server is running."
    )


async def test_a_server_that_does_not_answer_is_given_up_within_six_seconds(silent_port: int) -> None:
    began = time.monotonic()
    with pytest.raises(DatabaseUnreachableError):
        await Database.open(f"postgresql://someone:secret@127.0.0.1:{silent_port}/persona")
    assert time.monotonic() - began < 6


async def test_a_database_that_does_not_exist_is_said_so(server: EmbeddedServer) -> None:
    with pytest.raises(DatabaseUnreachableError) as failed:
        await Database.open(server.url("persona_app", "nowhere"))
    assert failed.value.user_message.startswith("The server has no database of that name.")


async def test_a_role_that_does_not_exist_is_said_to_be_refused(server: EmbeddedServer, database_name: str) -> None:
    with pytest.raises(DatabaseUnreachableError) as failed:
        await Database.open(server.url("nobody_here", database_name))
    assert failed.value.user_message.startswith("The database refuses the user or password.")


async def missing_table(connection: AsyncConnection) -> None:
    await connection.execute(text("SELECT * FROM tomorrow"))


async def forbidden(connection: AsyncConnection) -> None:
    await connection.execute(text("DROP TABLE contacts"))


async def slow(connection: AsyncConnection) -> None:
    await connection.execute(text("SELECT pg_sleep(30)"))


@pytest.mark.parametrize(
    ("fails", "error"),
    [(missing_table, SchemaOutdatedError), (forbidden, DatabaseRightsError), (slow, DatabaseUnreachableError)],
)
async def test_a_failure_inside_is_named_for_a_person(
    app_url: str, workspace_id: int, fails: Callable[[AsyncConnection], Awaitable[None]], error: type[Exception]
) -> None:
    database = await Database.open(app_url, statement_timeout_s=0.2)
    with pytest.raises(error):
        async with database.workspace(workspace_id) as connection:
            await fails(connection)
    await database.close()


async def test_a_full_pool_is_said_to_be_busy(app_url: str, workspace_id: int) -> None:
    database = await Database.open(app_url, pool_size=1)
    async with database.workspace(workspace_id):
        with pytest.raises(DatabaseUnreachableError) as busy:
            async with database.workspace(workspace_id):
                pass
    await database.close()
    assert busy.value.user_message == "The database is too busy to answer. Please try again in a minute."
