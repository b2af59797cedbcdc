"""Look-ups: whether one row is there, asked in one message on a connection kept for it, at half a session's cost."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import psycopg

from storage.failures import translated
from storage.urls import CONNECT_TIMEOUT_S

_AT_ONCE: Final = 2
_Connection = psycopg.AsyncConnection[Any]


class Lookups:
    """Keeps the connections. Each look-up sees one workspace's rows: row-level security holds as in a session."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._free: list[_Connection] = []
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def finds(self, workspace_id: int, query: str, parameters: Sequence[str]) -> bool:
        """Whether `query`, one SELECT with %s for each parameter, finds a row. Errors as Database.workspace."""
        with translated():
            async with self._turns:
                while True:
                    kept = self._free.pop() if self._free else None
                    connection = kept or await self._connect()
                    try:
                        found = await _asked(connection, workspace_id, query, parameters)
                    except BaseException as error:
                        await connection.close()
                        if kept and isinstance(error, psycopg.OperationalError):  # the server ended it meanwhile
                            continue
                        raise
                    self._free.append(connection)
                    return found

    async def close(self) -> None:
        """Closes them."""
        while self._free:
            await self._free.pop().close()

    async def _connect(self) -> _Connection:
        return await psycopg.AsyncConnection.connect(
            self._conninfo, autocommit=True, connect_timeout=CONNECT_TIMEOUT_S, cursor_factory=psycopg.AsyncClientCursor
        )


async def _asked(connection: _Connection, workspace_id: int, query: str, parameters: Sequence[str]) -> bool:
    whole = f"BEGIN READ ONLY; SELECT set_config('app.workspace_id', %s, true); {query}; COMMIT"
    async with connection.cursor() as cursor:
        await cursor.execute(whole, [str(int(workspace_id)), *parameters])
        await cursor.set_result(2)
        return cursor.rowcount > 0
