"""The schema's making: once however many try, equal to storage/tables, and clear when the server lacks something."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from procrastinate.schema import SchemaManager
from psycopg import sql
from sqlalchemy import NullPool, create_engine

from persona.errors import DatabaseRightsError, ExtensionMissingError, SchemaOutdatedError
from storage.embedded import EmbeddedServer
from storage.migrations.prerequisites import ensure_app_role, ensure_extensions
from storage.schema import check_schema, migrate, newest_revision, schema_version
from storage.tables import metadata
from storage.urls import normalised

OWNER = "postgres"


@pytest.fixture
def empty_name(server: EmbeddedServer) -> Iterator[str]:
    """The name of a database that was never migrated."""
    name = f"empty_{uuid4().hex[:12]}"
    with psycopg.connect(server.url(OWNER, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield name
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def empty_url(server: EmbeddedServer, empty_name: str) -> str:
    return server.url(OWNER, empty_name)


@pytest.fixture
def ordinary(server: EmbeddedServer, empty_name: str) -> Iterator[str]:
    """A role without any right but to log in, as its name."""
    name = f"ordinary_{uuid4().hex[:8]}"
    role = sql.Identifier(name)
    with psycopg.connect(server.url(OWNER, empty_name), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
        yield name
        connection.execute(sql.SQL("DROP OWNED BY {} CASCADE").format(role))
        connection.execute(sql.SQL("DROP ROLE {}").format(role))


def test_four_processes_that_migrate_at_once_all_succeed(empty_url: str) -> None:
    command = [sys.executable, "-c", "import sys; from storage.schema import migrate; migrate(sys.argv[1])", empty_url]
    processes = [subprocess.Popen(command) for _ in range(4)]
    assert [process.wait(60) for process in processes] == [0, 0, 0, 0]
    assert schema_version(empty_url) == newest_revision()


def test_migrating_a_second_time_changes_nothing(owner_url: str) -> None:
    def fingerprint() -> list[tuple[Any, ...]]:
        with psycopg.connect(owner_url) as connection:
            return connection.execute("SELECT oid, relname, xmin::text FROM pg_class ORDER BY oid").fetchall()

    before = fingerprint()
    migrate(owner_url)
    assert fingerprint() == before


def test_the_migrated_database_is_what_tables_py_says(owner_url: str) -> None:
    def ours(_: object, name: str | None, kind: str, *__: object) -> bool:
        # The queue's tables, and what is kept of its jobs, are the library's and the migrations'.
        return not (kind == "table" and (str(name).startswith("procrastinate_") or name == "job_errors"))

    engine = create_engine(normalised(owner_url), poolclass=NullPool)
    options = {"include_object": ours, "compare_server_default": True}
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
    assert differences == []


def test_a_database_without_our_schema_is_told_apart(empty_url: str) -> None:
    assert schema_version(empty_url) is None
    with pytest.raises(SchemaOutdatedError) as outdated:
        check_schema(empty_url)
    assert outdated.value.user_message == (
        f"The database schema is missing, this version needs {newest_revision()}. Run `persona-bot migrate`."
    )


def test_the_app_may_check_the_schema_too(app_url: str) -> None:
    check_schema(app_url)


def test_a_migration_that_fails_leaves_nothing_behind(empty_url: str) -> None:
    with closing(psycopg.connect(empty_url, autocommit=True)) as connection:
        connection.execute("CREATE TABLE contacts (note text)")
        with pytest.raises(psycopg.errors.DuplicateTable):
            migrate(empty_url)
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert tables == [("contacts",)]


def test_the_queue_works_for_the_app(app_url: str) -> None:
    with psycopg.connect(app_url) as connection:
        connection.execute(
            "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('queue', 'task', 0, null, null, '{}', null)"
            "::procrastinate_job_to_defer_v1])"
        )
        assert connection.execute("SELECT task_name FROM procrastinate_jobs").fetchall() == [("task",)]


def test_the_queue_schema_is_the_one_revision_0001_was_written_for() -> None:
    # Differs after an upgrade of procrastinate: freeze the old text beside 0001, and add a revision with its migration.
    assert sha256(SchemaManager.get_schema().encode()).hexdigest()[:16] == "c70ec4b400a60ad9"


def test_names_are_compared_without_accents_and_case(app_url: str) -> None:
    with psycopg.connect(app_url) as connection:
        found = connection.execute("SELECT search_form('Jürgen MÜLLER-Straße Łódź Ñandú')").fetchone()
    assert found == ("jurgen muller-strasse lodz nandu",)


def test_every_seeded_benchmark_is_there_for_a_tenant(app_url: str) -> None:
    path = Path(__file__).parents[2] / "storage" / "data" / "benchmarks.json"
    rows = json.loads(path.read_text(encoding="utf-8"))
    with psycopg.connect(app_url) as connection:
        connection.execute("SET app.workspace_id = '5'")
        found = connection.execute("SELECT segment, metric, value, source_kind, year FROM industry_benchmarks")
        assert sorted(found.fetchall()) == sorted(
            (r["segment"], r["metric"], r["value"], r["source_kind"], r["year"]) for r in rows
        )


def test_a_role_that_may_not_make_tables_is_told_so(server: EmbeddedServer, empty_name: str, ordinary: str) -> None:
    with pytest.raises(DatabaseRightsError):
        migrate(server.url(ordinary, empty_name))


def test_a_missing_extension_is_named_with_what_an_administrator_must_run(
    server: EmbeddedServer, empty_name: str, ordinary: str
) -> None:
    with psycopg.connect(server.url(ordinary, empty_name)) as connection, pytest.raises(DatabaseRightsError) as refused:
        ensure_extensions(connection)
    assert refused.value.user_message == (
        "The database role may not create the extension vector. "
        f"As an administrator run in database {empty_name}: CREATE EXTENSION vector;"
    )


def test_an_ordinary_owner_migrates_once_an_administrator_made_the_extensions(
    server: EmbeddedServer, empty_name: str, ordinary: str
) -> None:
    with psycopg.connect(server.url(OWNER, empty_name), autocommit=True) as connection:
        ensure_extensions(connection)
        connection.execute(sql.SQL("GRANT CREATE ON SCHEMA public TO {}").format(sql.Identifier(ordinary)))
    url = server.url(ordinary, empty_name)
    migrate(url)
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM industry_benchmarks").fetchone() == (0,)
        connection.execute("SET app.workspace_id = '5'")
        assert connection.execute("SELECT count(*) > 0 FROM industry_benchmarks").fetchone() == (True,)


def test_an_extension_the_server_does_not_have_is_named_with_its_package(empty_url: str) -> None:
    with closing(psycopg.connect(empty_url)) as connection:
        # What a server without pgvector answers.
        connection.execute("CREATE TEMP VIEW pg_available_extensions AS SELECT 'plpgsql'::name AS name")
        connection.execute("SET search_path = pg_temp, pg_catalog, public")
        with pytest.raises(ExtensionMissingError) as missing:
            ensure_extensions(connection)
    assert missing.value.user_message.startswith(
        "The database server lacks the PostgreSQL extension vector. Install it there (package pgvector). "
    )


def test_an_owner_that_bypasses_security_without_the_right_to_make_roles_is_refused(
    server: EmbeddedServer, empty_name: str, ordinary: str
) -> None:
    with psycopg.connect(server.url(OWNER, empty_name), autocommit=True) as connection:
        connection.execute(sql.SQL("ALTER ROLE {} BYPASSRLS").format(sql.Identifier(ordinary)))
    with closing(psycopg.connect(server.url(ordinary, empty_name))) as connection:
        # As on a server where nobody has made the app's role yet.
        connection.execute(
            "CREATE TEMP VIEW pg_roles AS SELECT * FROM pg_catalog.pg_roles WHERE rolname <> 'persona_app'"
        )
        connection.execute("SET search_path = pg_temp, pg_catalog, public")
        with pytest.raises(DatabaseRightsError) as refused:
            ensure_app_role(connection)
    assert "CREATE ROLE persona_app LOGIN" in refused.value.user_message
