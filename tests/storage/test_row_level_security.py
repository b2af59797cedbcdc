"""One customer's rows are out of another's reach, whatever SQL the app runs: asked of the database's own catalogue."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row

from storage.migrations.prerequisites import APP_ROLE
from storage.tables import metadata

A, B = 101, 102
# Tables without workspace_id that the app may read: nothing of a customer is in them.
SHARED = {
    "clock_ticks",
    "job_errors",
    "alembic_version",
    "procrastinate_workers",
    "procrastinate_jobs",
    "procrastinate_periodic_defers",
    "procrastinate_events",
}
TENANT_TABLES = """
SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'workspace_id' AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace ORDER BY 1
"""
COLUMNS = """
SELECT column_name, data_type, udt_name, is_identity = 'YES' AS identity
FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = %s AND column_name <> 'workspace_id'
AND is_nullable = 'NO' AND column_default IS NULL AND is_generated = 'NEVER'
"""
SAMPLES: dict[str, object] = {
    "text": "x",
    "bigint": 1,
    "integer": 1,
    "smallint": 1,
    "double precision": 1.0,
    "bytea": b"x",
    "jsonb": "{}",
    "timestamp with time zone": "2026-01-01T00:00:00Z",
    "date": "2026-01-05",
}


@pytest.fixture
def owner(owner_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(owner_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def app(app_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(app_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def tables(owner: psycopg.Connection[Any]) -> list[str]:
    """Every tenant table, each with one row of A and one of B."""
    names = [row[0] for row in owner.execute(TENANT_TABLES)]
    # Rows that needn't fit together: foreign keys are not what is tried here.
    owner.execute("SET session_replication_role = replica")
    for name in names:
        for workspace in (A, B):
            insert(owner, name, workspace)
    return names


def insert(connection: psycopg.Connection[Any], table: str, workspace: int) -> None:
    """Adds the smallest possible row of a workspace."""
    values: dict[str, object] = {"workspace_id": workspace}
    with connection.cursor(row_factory=dict_row) as cursor:
        for column in cursor.execute(COLUMNS, [table]).fetchall():
            sample = SAMPLES.get(column["data_type"])
            if column["udt_name"] == "vector":
                sample = str([0.5] * 256)
            values[column["column_name"]] = 1 if column["identity"] else sample
    connection.execute(
        sql.SQL("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE VALUES ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, values)),
            sql.SQL(", ").join(sql.Placeholder() * len(values)),
        ),
        list(values.values()),
    )


def enter(connection: psycopg.Connection[Any], workspace: int | str) -> None:
    connection.execute("SELECT set_config('app.workspace_id', %s, false)", [str(workspace)])


def workspaces_seen(connection: psycopg.Connection[Any], table: str) -> list[int]:
    rows = connection.execute(sql.SQL("SELECT DISTINCT workspace_id FROM {}").format(sql.Identifier(table)))
    return sorted(row[0] for row in rows)


def test_every_table_with_a_workspace_has_row_level_security_forced(owner: psycopg.Connection[Any]) -> None:
    found = owner.execute(TENANT_TABLES).fetchall()
    assert {name for name, _, _ in found} == set(metadata.tables) - SHARED
    assert [name for name, enabled, forced in found if not (enabled and forced)] == []


def test_every_table_either_has_a_workspace_or_holds_nothing_of_a_customer(owner: psycopg.Connection[Any]) -> None:
    tenant = {row[0] for row in owner.execute(TENANT_TABLES)}
    everything = {row[0] for row in owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    assert everything - tenant == SHARED


def test_every_key_and_index_of_a_tenant_table_begins_with_the_workspace(owner: psycopg.Connection[Any]) -> None:
    """Except an index of vectors, which holds nothing else."""
    odd = owner.execute(
        "SELECT i.indexrelid::regclass::text FROM pg_index i"
        " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attname = 'workspace_id'"
        " JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam AND m.amname <> 'hnsw'"
        " WHERE i.indkey[0] <> a.attnum AND i.indrelid::regclass::text <> 'workspaces'"
    ).fetchall()
    assert odd == []


def test_the_role_of_the_app_cannot_bypass_row_level_security(owner: psycopg.Connection[Any]) -> None:
    role = owner.execute(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = %s", [APP_ROLE]
    ).fetchone()
    assert role == (False, False, False, False)


def test_without_a_workspace_every_table_is_empty(tables: list[str], app: psycopg.Connection[Any]) -> None:
    assert {name: workspaces_seen(app, name) for name in tables} == {name: [] for name in tables}


def test_an_empty_workspace_setting_is_no_workspace(tables: list[str], app: psycopg.Connection[Any]) -> None:
    enter(app, "")
    assert {name: workspaces_seen(app, name) for name in tables} == {name: [] for name in tables}


def test_a_workspace_reads_its_own_rows_only(tables: list[str], app: psycopg.Connection[Any]) -> None:
    enter(app, A)
    expected = {name: [0, A] if name == "industry_benchmarks" else [A] for name in tables}
    assert {name: workspaces_seen(app, name) for name in tables} == expected


def test_a_workspace_inserts_into_no_other(tables: list[str], app: psycopg.Connection[Any]) -> None:
    enter(app, A)
    accepted = []
    for name in tables:
        for other in (B, 103, 0):
            try:
                insert(app, name, other)
            except psycopg.errors.InsufficientPrivilege:
                continue
            accepted.append((name, other))
    assert accepted == []


def test_a_workspace_moves_no_row_to_another(tables: list[str], app: psycopg.Connection[Any]) -> None:
    enter(app, A)
    moved = []
    for name in (t for t in tables if t != "workspaces"):
        statement = sql.SQL("UPDATE {} SET workspace_id = %s WHERE workspace_id = %s").format(sql.Identifier(name))
        try:
            app.execute(statement, [B, A])
        except psycopg.errors.InsufficientPrivilege:
            continue
        moved.append(name)
    assert moved == []


def test_a_workspace_changes_and_deletes_no_row_of_another(tables: list[str], app: psycopg.Connection[Any]) -> None:
    enter(app, A)
    touched = []
    for name in (t for t in tables if t != "workspaces"):
        table = sql.Identifier(name)
        for other in (B, 0):
            update = sql.SQL("UPDATE {} SET workspace_id = %s WHERE workspace_id = %s").format(table)
            delete = sql.SQL("DELETE FROM {} WHERE workspace_id = %s").format(table)
            touched.append(app.execute(update, [A, other]).rowcount)
            touched.append(app.execute(delete, [other]).rowcount)
    assert set(touched) == {0}


def test_a_workspace_neither_renames_nor_deletes_another(tables: list[str], app: psycopg.Connection[Any]) -> None:
    enter(app, A)
    renamed = app.execute("UPDATE workspaces SET name = 'mine' WHERE workspace_id <> %s", [A]).rowcount
    deleted = app.execute("DELETE FROM workspaces WHERE workspace_id <> %s", [A]).rowcount
    assert (renamed, deleted) == (0, 0)


def test_nobody_can_be_the_shared_workspace(tables: list[str], app: psycopg.Connection[Any]) -> None:
    enter(app, 0)
    assert {name: workspaces_seen(app, name) for name in tables} == {name: [] for name in tables}
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        insert(app, "industry_benchmarks", 0)


def test_the_directory_lists_workspaces_and_when_chores_are_due_and_no_other_table(
    tables: list[str], app: psycopg.Connection[Any]
) -> None:
    app.execute("SET app.directory = 'on'")
    expected = {name: [A, B] if name in {"workspaces", "periods"} else [] for name in tables}
    assert {name: workspaces_seen(app, name) for name in tables} == expected


def test_the_directory_neither_deletes_a_workspace_nor_takes_it_from_its_team(
    owner: psycopg.Connection[Any], tables: list[str], app: psycopg.Connection[Any]
) -> None:
    owner.execute("UPDATE workspaces SET slack_team_id = 'T1' WHERE workspace_id = %s", [A])
    app.execute("SET app.directory = 'on'")
    claimed = app.execute("UPDATE workspaces SET slack_team_id = 'T' || workspace_id RETURNING workspace_id").fetchall()
    assert (claimed, app.execute("DELETE FROM workspaces").rowcount) == ([(B,)], 0)


def test_a_slack_team_sees_its_own_workspace_and_cannot_change_it(
    owner: psycopg.Connection[Any], tables: list[str], app: psycopg.Connection[Any]
) -> None:
    owner.execute("UPDATE workspaces SET slack_team_id = 'T' || workspace_id WHERE workspace_id <> 0")
    app.execute("SELECT set_config('app.slack_team', %s, false)", [f"T{A}"])
    changed = app.execute("UPDATE workspaces SET name = 'mine'").rowcount
    deleted = app.execute("DELETE FROM workspaces").rowcount
    assert (workspaces_seen(app, "workspaces"), changed, deleted) == ([A], 0, 0)


def test_the_app_can_neither_empty_a_table_nor_switch_its_protection_off(
    tables: list[str], app: psycopg.Connection[Any]
) -> None:
    allowed = []
    for name in tables:
        for statement in ("TRUNCATE {}", "ALTER TABLE {} DISABLE ROW LEVEL SECURITY", "DROP TABLE {} CASCADE"):
            try:
                app.execute(sql.SQL(statement).format(sql.Identifier(name)))
            except psycopg.errors.InsufficientPrivilege:
                continue
            allowed.append((name, statement))
    assert allowed == []


def test_row_level_security_leaves_look_ups_their_index(
    tables: list[str], owner: psycopg.Connection[Any], app: psycopg.Connection[Any]
) -> None:
    owner.execute(
        "INSERT INTO contacts (workspace_id, source, external_id, name)"
        " SELECT 200 + n % 50, 'folder', n, 'Name ' || n FROM generate_series(1, 20000) n"
    )
    owner.execute("ANALYZE contacts")
    enter(app, 203)
    plan = app.execute("EXPLAIN SELECT name FROM contacts WHERE id = 77").fetchall()
    assert "Index Cond: ((workspace_id = NULLIF(" in str(plan)
