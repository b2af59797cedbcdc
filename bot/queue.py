"""The job queue over our PostgreSQL: its library, held to what a crash, a cut connection and a stop must not break."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, LiteralString

import procrastinate
from procrastinate import sql
from procrastinate.connector import Notify
from procrastinate.exceptions import ConnectorException

from storage.database import AsyncConnection, Database, driver_connection
from storage.failures import is_outage

# Who waits for a connection longer than this holds up the end of the process.
_POOL_WAIT_S: Final = 4
# The pool waits twice as long after each failed connect: it would not see for minutes that the database is back.
_RECONNECT_S: Final = 2
# A session that began on a read-only server stays read-only.
_LIFETIME_S: Final = 30
# Until then the process ends whoever told it to: bot/processes.py.
_TRY_FOR_S: Final = 600.0
_PAUSE_S: Final = 0.5


class _Connector(procrastinate.PsycopgConnector):
    """Says a second time what a cut connection may have swallowed: a job's end that isn't written holds its lock."""

    async def execute_query_async(self, query: LiteralString, **arguments: Any) -> None:
        """Executes what returns nothing (a job's end, its return, a heartbeat), again and again for ten minutes."""
        # A worker that ends needn't say so: it is silent soon.
        until = time.monotonic() + (0 if query == sql.queries["unregister_worker"] else _TRY_FOR_S)
        while True:
            try:
                await super().execute_query_async(query, **arguments)
            except ConnectorException as error:
                if not is_outage(error.__cause__) or time.monotonic() > until:
                    raise
            else:
                return
            await asyncio.sleep(_PAUSE_S)

    async def listen_notify(self, on_notification: Notify, channels: Iterable[str]) -> None:
        """Listens for ever: a worker that hears nothing looks by itself, one whose listener fails would end."""
        while True:
            with suppress(ConnectorException):
                await super().listen_notify(on_notification, channels)
            await asyncio.sleep(_PAUSE_S)


def build_queue(conninfo: str) -> procrastinate.App:
    """The job queue on our PostgreSQL; open it with `open_async` to work or tidy it. To store a job it needn't be."""
    connector = _Connector(
        conninfo=conninfo,
        min_size=1,
        max_size=8,
        timeout=_POOL_WAIT_S,
        reconnect_timeout=_RECONNECT_S,
        max_lifetime=_LIFETIME_S,
    )
    return procrastinate.App(connector=connector)


async def connect_anew(queue: procrastinate.App) -> None:
    """Leaves the connections an open queue has."""
    if isinstance(queue.connector, procrastinate.PsycopgConnector):
        await queue.connector.pool.drain()


@asynccontextmanager
async def stored_in(database: Database, within: AsyncConnection | None = None) -> AsyncIterator[Any]:
    """The driver's connection to store a job by: of the transaction `within`, else of one of its own.

    The queue's own connections would be waited for longer than Slack waits; this raises Database.workspace's errors.
    """
    if within is not None:
        yield await driver_connection(within)
        return
    async with database.directory() as connection:
        yield await driver_connection(connection)
