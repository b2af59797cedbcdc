"""The first schema: tables, name search, shared benchmarks, the queue, row-level security and the app's rights."""

import json
from pathlib import Path
from typing import Any, cast

import psycopg
from alembic import op
from procrastinate.schema import SchemaManager
from psycopg import sql

from storage.migrations.prerequisites import APP_ROLE, ensure_app_role, ensure_extensions

revision = "0001"
down_revision = None

_TABLES = Path(__file__).with_name("0001_tables.sql")
_BENCHMARKS = Path(__file__).parents[2] / "data" / "benchmarks.json"
_TENANT_TABLES = (
    "installations",
    "members",
    "companies",
    "contacts",
    "interactions",
    "email_events",
    "deals",
    "deal_stage_changes",
    "interaction_embeddings",
    "behavioral_patterns",
    "customer_personas",
    "persona_generation_history",
    "industry_benchmarks",
    "persona_posts",
    "ratings",
    "corrections",
    "audit_log",
    "processed_events",
    "crm_sync_state",
)
# Of the queue's bigserial columns; its identity column needs no grant.
_QUEUE_SEQUENCES = (
    "procrastinate_jobs_id_seq",
    "procrastinate_periodic_defers_id_seq",
    "procrastinate_events_id_seq",
)
_QUEUE_TABLES = ("procrastinate_workers", "procrastinate_jobs", "procrastinate_periodic_defers", "procrastinate_events")

_FUNCTIONS = """
-- The workspace of this transaction; null when none is set. Nobody can be workspace 0, the shared one.
CREATE FUNCTION current_workspace() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(nullif(current_setting('app.workspace_id', true), '')::bigint, 0);

-- What names are compared by: without accents, in lower case.
CREATE FUNCTION search_form(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(unaccent('unaccent'::regdictionary, value));
"""

_WORKSPACES_POLICIES = """
ALTER TABLE workspaces ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_workspace ON workspaces
    USING (workspace_id = current_workspace()) WITH CHECK (workspace_id = current_workspace());
CREATE POLICY team_of_request ON workspaces FOR SELECT
    USING (slack_team_id = current_setting('app.slack_team', true));
CREATE POLICY directory ON workspaces
    USING (workspace_id <> 0 AND current_setting('app.directory', true) = 'on')
    WITH CHECK (workspace_id <> 0 AND current_setting('app.directory', true) = 'on');
"""

_SHARED_BENCHMARKS_POLICY = """
CREATE POLICY shared ON industry_benchmarks FOR SELECT
    USING (workspace_id = 0 AND current_workspace() IS NOT NULL);
"""


def upgrade() -> None:
    """Makes everything in an empty database."""
    connection = cast(psycopg.Connection[Any], op.get_bind().connection.driver_connection)
    combined = ensure_extensions(connection)
    has_role = ensure_app_role(connection)
    connection.execute(_FUNCTIONS)
    connection.execute(_TABLES.read_bytes())
    leading = sql.SQL("workspace_id, " if combined else "")
    connection.execute(
        sql.SQL("CREATE INDEX ix_contacts_search_text ON contacts USING gin ({}search_text gin_trgm_ops)").format(
            leading
        )
    )
    connection.execute(SchemaManager.get_schema().encode())
    _seed_benchmarks(connection)
    _secure(connection)
    if has_role:
        _grant(connection)


def _seed_benchmarks(connection: psycopg.Connection[Any]) -> None:
    """Workspace 0 and its rows, before row-level security closes it to everybody."""
    connection.execute(
        "INSERT INTO workspaces (workspace_id, name) OVERRIDING SYSTEM VALUE VALUES (0, 'Shared benchmarks')"
    )
    rows = json.loads(_BENCHMARKS.read_text(encoding="utf-8"))
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO industry_benchmarks"
            " (workspace_id, segment, metric, value, low, high, source, source_kind, year, n) VALUES (0, %(segment)s,"
            " %(metric)s, %(value)s, %(low)s, %(high)s, %(source)s, %(source_kind)s, %(year)s, %(n)s)",
            rows,
        )


def _secure(connection: psycopg.Connection[Any]) -> None:
    for table in _TENANT_TABLES:
        connection.execute(
            sql.SQL(
                "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; "
                "CREATE POLICY own_workspace ON {table} "
                "USING (workspace_id = current_workspace()) WITH CHECK (workspace_id = current_workspace())"
            ).format(table=sql.Identifier(table))
        )
    connection.execute(_SHARED_BENCHMARKS_POLICY)
    connection.execute(_WORKSPACES_POLICIES)


def _grant(connection: psycopg.Connection[Any]) -> None:
    tables = sql.SQL(", ").join(map(sql.Identifier, ("workspaces", *_TENANT_TABLES, *_QUEUE_TABLES)))
    role = sql.Identifier(APP_ROLE)
    connection.execute(sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON {} TO {}").format(tables, role))
    connection.execute(sql.SQL("GRANT SELECT ON alembic_version TO {}").format(role))
    for sequence in _QUEUE_SEQUENCES:
        connection.execute(sql.SQL("GRANT USAGE ON SEQUENCE {} TO {}").format(sql.Identifier(sequence), role))
