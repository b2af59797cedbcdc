"""The database's schema: brought up to date by Alembic under a lock, and checked before the app uses it."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psycopg
from sqlalchemy import NullPool, create_engine, text

from persona.errors import SchemaOutdatedError
from storage.failures import translated
from storage.urls import CONNECT_TIMEOUT_S, libpq_url, normalised

if TYPE_CHECKING:
    from alembic.config import Config

# Any constant of our own; it only has to be the same in every process that migrates.
_MIGRATION_LOCK: Final = 7_265_736_051
_FOLDER: Final = Path(__file__).with_name("migrations")


def migrate(url: str) -> str:
    """Brings the database to this version's schema and returns its revision. Nothing happens when it is there already.

    Many processes may call it at once: they wait for each other. `url` is the owner's; it needs the right to make
    tables. Raises ExtensionMissingError, DatabaseRightsError (with the SQL an administrator must run),
    DatabaseUnreachableError, DiskFullError, or SchemaOutdatedError when the schema is of a newer version.
    """
    newest, found = newest_revision(), schema_version(url)
    if found is not None and found >= newest:
        check_revision(found)
        return newest
    from alembic import command  # who needs no migration needn't wait for Alembic and the queue's schema

    engine = create_engine(normalised(url), poolclass=NullPool, connect_args={"connect_timeout": CONNECT_TIMEOUT_S})
    with translated(), engine.connect() as connection:
        # The lock belongs to the session and ends with it, also when we are killed.
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _MIGRATION_LOCK})
        connection.commit()
        configuration = _configuration()
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, "head")
        connection.commit()
    return newest


def schema_version(url: str) -> str | None:
    """The revision of a database's schema, or None when it was never migrated. Raises DatabaseUnreachableError."""
    with translated(), psycopg.connect(libpq_url(normalised(url)), connect_timeout=CONNECT_TIMEOUT_S) as connection:
        if connection.execute("SELECT to_regclass('alembic_version')").fetchone() == (None,):
            return None
        found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(found[0]) if found else None


def check_schema(url: str) -> None:
    """Raises SchemaOutdatedError unless the database's schema is the one this version was written for."""
    check_revision(schema_version(url))


def check_revision(found: str | None) -> None:
    """Raises SchemaOutdatedError unless it is the revision this version was written for."""
    newest = newest_revision()
    if found is not None and found > newest:
        raise SchemaOutdatedError(
            f"The database schema is {found}, of a newer Persona Bot; this version knows {newest}. Update Persona Bot."
        )
    if found != newest:
        raise SchemaOutdatedError(
            f"The database schema is {found or 'missing'}, this version needs {newest}. Run `persona-bot migrate`."
        )


@cache
def newest_revision() -> str:
    """The revision this version of Persona Bot was written for: migrations are files named by number, in one line."""
    return max(path.name.partition("_")[0] for path in (_FOLDER / "versions").glob("[0-9]*.py"))


def _configuration() -> "Config":
    from alembic.config import Config  # as above

    configuration = Config()
    configuration.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    configuration.set_main_option("path_separator", "os")
    return configuration
