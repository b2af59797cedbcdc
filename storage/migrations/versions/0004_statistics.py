"""Lets the app refresh the planner's statistics of what it has just imported.

Until autovacuum comes by, up to a minute later, the planner takes freshly filled tables for empty: the check of a
foreign key then reads every contact for every row, and a join of 36,640 emails with themselves takes 45 s.
"""

from typing import Any, Final, cast

import psycopg
from alembic import op
from psycopg import sql

from storage.migrations.prerequisites import APP_ROLE

revision = "0004"
down_revision = "0003"

_FILLED: Final = (
    "companies",
    "contacts",
    "interactions",
    "email_events",
    "deals",
    "deal_stage_changes",
    "interaction_embeddings",
)
# Before PostgreSQL 17 only a table's owner may analyze it: there the app's ANALYZE is a warning, and autovacuum's work.
_FIRST_WITH_MAINTAIN: Final = 170_000


def upgrade() -> None:
    """Grants MAINTAIN on the tables an import fills, where the server has that right and the app a role of its own."""
    connection = cast(psycopg.Connection[Any], op.get_bind().connection.driver_connection)
    has_role = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP_ROLE]).fetchone()
    if has_role and connection.info.server_version >= _FIRST_WITH_MAINTAIN:
        tables = sql.SQL(", ").join(map(sql.Identifier, _FILLED))
        connection.execute(sql.SQL("GRANT MAINTAIN ON {} TO {}").format(tables, sql.Identifier(APP_ROLE)))
