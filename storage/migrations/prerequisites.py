"""What a PostgreSQL must have before the first table: its version, the extensions and the app's role."""

from typing import Any, Final

import psycopg
from psycopg import sql

from persona.errors import DatabaseRightsError, ExtensionMissingError

APP_ROLE: Final = "persona_app"
OLDEST_SERVER: Final = 150000
_NEEDED: Final = {"vector": "pgvector", "pg_trgm": "postgresql-contrib", "unaccent": "postgresql-contrib"}


def ensure_extensions(connection: psycopg.Connection[Any]) -> bool:
    """Creates the extensions; whether btree_gin is there too, for an index of workspace and trigrams together.

    Raises ExtensionMissingError or DatabaseRightsError, each with the SQL an administrator must run.
    """
    if connection.info.server_version < OLDEST_SERVER:
        major = connection.info.server_version // 10000
        raise ExtensionMissingError(f"The server is PostgreSQL {major}. Persona Bot needs PostgreSQL 15 or newer.")
    for name, package in _NEEDED.items():
        _ensure_extension(connection, name, package)
    try:
        _ensure_extension(connection, "btree_gin", "postgresql-contrib")
    except (ExtensionMissingError, DatabaseRightsError):
        return False
    return True


def ensure_app_role(connection: psycopg.Connection[Any]) -> bool:
    """Makes the role the app works as when the migrating role itself could bypass row-level security.

    Whether that role exists afterwards: an ordinary role that can't make roles runs the app as itself, and row-level
    security holds for it. Raises DatabaseRightsError when the app would have no role that security holds for.
    """
    bypasses, makes_roles, exists = _standing(connection)
    role = sql.Identifier(APP_ROLE)
    if not exists and not makes_roles:
        if bypasses:
            raise DatabaseRightsError(
                "The database role in DATABASE_URL bypasses row-level security and may not make the role the app works "
                f"as. As an administrator run: CREATE ROLE {APP_ROLE} LOGIN; GRANT {APP_ROLE} TO <the role>;"
            )
        return False
    if not exists:
        _create_role(connection)
    if bypasses and makes_roles:
        # From PostgreSQL 16 making a role doesn't include acting as it.
        connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(role))
    return True


def _standing(connection: psycopg.Connection[Any]) -> tuple[bool, bool, bool]:
    """Whether the migrating role bypasses row-level security, whether it can make roles, whether the app's exists."""
    [(bypasses, makes_roles, exists)] = connection.execute(
        "SELECT bool_or(rolname = current_user AND (rolsuper OR rolbypassrls)),"
        " bool_or(rolname = current_user AND (rolsuper OR rolcreaterole)), bool_or(rolname = %s) FROM pg_roles",
        [APP_ROLE],
    ).fetchall()
    return bypasses, makes_roles, exists


def _create_role(connection: psycopg.Connection[Any]) -> None:
    try:
        with connection.transaction():
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE").format(
                    sql.Identifier(APP_ROLE)
                )
            )
    except (psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
        # Roles belong to the server: a migration of another of its databases made it in the meantime.
        return


def _ensure_extension(connection: psycopg.Connection[Any], name: str, package: str) -> None:
    if connection.execute("SELECT FROM pg_extension WHERE extname = %s", [name]).fetchone() is not None:
        return
    how = f"As an administrator run in database {connection.info.dbname}: CREATE EXTENSION {name};"
    available = connection.execute("SELECT FROM pg_available_extensions WHERE name = %s", [name]).fetchone()
    if available is None:
        raise ExtensionMissingError(
            f"The database server lacks the PostgreSQL extension {name}. Install it there (package {package}). {how}"
        )
    try:
        with connection.transaction():
            connection.execute(sql.SQL("CREATE EXTENSION {}").format(sql.Identifier(name)))
    except psycopg.errors.InsufficientPrivilege as error:
        raise DatabaseRightsError(f"The database role may not create the extension {name}. {how}") from error
