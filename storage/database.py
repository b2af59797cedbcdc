"""Sessions: one `async with` is one transaction, with its workspace set; only this file commits."""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, Self, cast

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from persona.errors import DatabaseReadOnlyError
from storage.failures import as_ours, translated
from storage.lookups import Lookups
from storage.migrations.prerequisites import APP_ROLE
from storage.urls import CONNECT_TIMEOUT_S, libpq_url, normalised, with_options

__all__ = ["AsyncConnection", "Database", "driver_connection"]
_POOL_SIZE: Final = 10
_POOL_WAIT_S: Final = 5
_RECYCLE_S: Final = 1800
_STATEMENT_TIMEOUT_S: Final = 15


class Database:
    """A pool of connections to one database, whose every session is held by row-level security."""

    def __init__(self, engine: AsyncEngine, url: URL) -> None:
        self._engine, self._url = engine, url
        self._lookups = Lookups(libpq_url(url))

    @classmethod
    async def open(
        cls, url: str, *, pool_size: int = _POOL_SIZE, statement_timeout_s: float = _STATEMENT_TIMEOUT_S
    ) -> Self:
        """Connects. A role that bypasses row-level security is only used to become the app's role.

        Raises DatabaseUnreachableError within 5 seconds, SettingsError on a URL that isn't PostgreSQL's, and
        DatabaseRightsError when the role can't become the app's.
        """
        with translated():
            role = await _role_to_take(normalised(url))
        settings = {"statement_timeout": f"{round(statement_timeout_s * 1000)}"}
        if role:
            settings["role"] = role
        app_url = with_options(normalised(url), **settings)
        engine = create_async_engine(
            app_url,
            # The driver begins no transaction of its own: `_transaction` begins it together with the settings.
            isolation_level="AUTOCOMMIT",
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=_POOL_WAIT_S,
            pool_recycle=_RECYCLE_S,
            connect_args={"connect_timeout": CONNECT_TIMEOUT_S},
            # Values are words of the CRM: they have no place in an exception's text.
            hide_parameters=True,
        )
        return cls(engine, app_url)

    async def close(self) -> None:
        """Closes every connection."""
        await self._lookups.close()
        await self._engine.dispose()

    @asynccontextmanager
    async def workspace(
        self, workspace_id: int, *, owners: Collection[str] | None = None
    ) -> AsyncIterator[AsyncConnection]:
        """One transaction that sees and writes this workspace's rows and no others; committed unless it raises.

        With `owners` it sees of the contacts only those that one of these addresses owns (persona.visibility.Viewer).
        Raises DatabaseUnreachableError, SchemaOutdatedError, DiskFullError or DatabaseRightsError.
        """
        sees = "" if owners is None else "\n".join(("=", *sorted(owners)))
        async with self._transaction("app.workspace_id", str(int(workspace_id)), sees=sees) as connection:
            yield connection

    async def finds(self, workspace_id: int, query: str, parameters: Sequence[str]) -> bool:
        """See storage.lookups: for questions so many that a session for each would be too dear."""
        return await self._lookups.finds(workspace_id, query, parameters)

    @asynccontextmanager
    async def directory(self) -> AsyncIterator[AsyncConnection]:
        """One transaction that sees and writes the list of workspaces and no tenant's rows. Errors as `workspace`."""
        async with self._transaction("app.directory", "on") as connection:
            yield connection

    @asynccontextmanager
    async def team(self, slack_team_id: str) -> AsyncIterator[AsyncConnection]:
        """One transaction that may read the workspace of one Slack team. Errors as `workspace`."""
        async with self._transaction("app.slack_team", slack_team_id) as connection:
            yield connection

    @asynccontextmanager
    async def crm_source(self, source: str) -> AsyncIterator[AsyncConnection]:
        """One transaction that may read whose a CRM source is, by its name. Errors as `workspace`."""
        async with self._transaction("app.crm_source", source) as connection:
            yield connection

    async def role(self) -> tuple[str, bool]:
        """The role the app works as, and whether it could bypass row-level security."""
        asked = "SELECT current_user, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
        async with self.directory() as connection:
            found = await (await driver_connection(connection)).execute(asked)
            name, bypasses = await found.fetchone() or ("", True)
        return name, bypasses

    @property
    def conninfo(self) -> str:
        """The same database and role as a libpq URL, for the queue's own connections. It holds the password."""
        return libpq_url(self._url)

    @asynccontextmanager
    async def _transaction(self, setting: str, value: str, *, sees: str = "") -> AsyncIterator[AsyncConnection]:
        with translated():
            async with self._engine.connect() as connection, _not_kept_read_only(connection):
                raw = await _begin(connection, setting, value, sees)
                yield connection
                if raw.info.transaction_status is TransactionStatus.INERROR:
                    # COMMIT would roll back without a word.
                    raise psycopg.errors.InFailedSqlTransaction("an error inside the transaction was swallowed")
                await raw.commit()


async def driver_connection(connection: AsyncConnection) -> psycopg.AsyncConnection[Any]:
    """The psycopg connection below, in the same transaction, for COPY. Neither commit nor close it."""
    return cast(psycopg.AsyncConnection[Any], (await connection.get_raw_connection()).driver_connection)


@asynccontextmanager
async def _not_kept_read_only(connection: AsyncConnection) -> AsyncIterator[None]:
    """Closes a session that may not write: it was told so when it began, and would stay so when the server isn't."""
    try:
        yield
    except Exception as error:
        if isinstance(as_ours(error), DatabaseReadOnlyError):
            await connection.invalidate()
        raise


async def _begin(connection: AsyncConnection, setting: str, value: str, sees: str) -> psycopg.AsyncConnection[Any]:
    """Begins and sets in one round trip. A pooled connection that died meanwhile is replaced: nothing has run on it."""
    try:
        return await _begin_on(await driver_connection(connection), setting, value, sees)
    except psycopg.OperationalError:
        if not (await driver_connection(connection)).closed:
            raise
    await connection.invalidate()
    return await _begin_on(await driver_connection(connection), setting, value, sees)


async def _begin_on(
    raw: psycopg.AsyncConnection[Any], setting: str, value: str, sees: str
) -> psycopg.AsyncConnection[Any]:
    # The client-side cursor quotes the values itself, so that both statements go in one message.
    async with psycopg.AsyncClientCursor(raw) as cursor:
        set_both = "BEGIN; SELECT set_config(%s, %s, true), set_config('app.sees', %s, true)"
        await cursor.execute(set_both, [setting, value, sees])
    return raw


async def _role_to_take(url: URL) -> str | None:
    """The app's role when the URL's own could bypass row-level security; None when security holds for it as it is."""
    async with await psycopg.AsyncConnection.connect(libpq_url(url), connect_timeout=CONNECT_TIMEOUT_S) as raw:
        found = await raw.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        row = await found.fetchone()
    return APP_ROLE if row is not None and row[0] else None
