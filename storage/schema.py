"""The database's schema: brought up to date by Alembic under a lock, and checked before the app uses it."""

from functools import cache
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import NullPool, create_engine, text

from persona.errors import SchemaOutdatedError
from storage.failures import translated
from storage.urls import CONNECT_TIMEOUT_S, normalised

# Any constant of our own; it only has to be the same in every process that migrates.
_MIGRATION_LOCK: Final = 7_265_736_051


def migrate(url: str) -> str:
    """Brings the database to this version's schema and returns its revision. Nothing happens when it is there already.

    Many processes may call it at once: they wait for each other. `url` is the owner's; it needs the right to make
    tables. Raises ExtensionMissingError, DatabaseRightsError (with the SQL an administrator must run),
    DatabaseUnreachableError or DiskFullError.
    """
    engine = create_engine(normalised(url), poolclass=NullPool, connect_args={"connect_timeout": CONNECT_TIMEOUT_S})
    with translated(), engine.connect() as connection:
        # The lock belongs to the session and ends with it, also when we are killed.
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _MIGRATION_LOCK})
        connection.commit()
        configuration = _configuration()
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, "head")
        connection.commit()
        return newest_revision()


def schema_version(url: str) -> str | None:
    """The revision of a database's schema, or None when it was never migrated. Raises DatabaseUnreachableError."""
    engine = create_engine(normalised(url), poolclass=NullPool, connect_args={"connect_timeout": CONNECT_TIMEOUT_S})
    with translated(), engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def check_schema(url: str) -> None:
    """Raises SchemaOutdatedError unless the database's schema is the one this version was written for."""
    found = schema_version(url)
    if found != newest_revision():
        raise SchemaOutdatedError(
            f"The database schema is {found or 'missing'}, this version needs {newest_revision()}. "
            "Run `persona-bot migrate`."
        )


@cache
def newest_revision() -> str:
    """The revision this version of Persona Bot was written for."""
    return ScriptDirectory.from_config(_configuration()).get_current_head() or ""


def _configuration() -> Config:
    configuration = Config()
    folder = Path(__file__).with_name("migrations")
    configuration.set_main_option("script_location", str(folder).replace("%", "%%"))
    configuration.set_main_option("path_separator", "os")
    return configuration
