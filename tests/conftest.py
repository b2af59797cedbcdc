"""What every test may use: a real database of its own, and no network but this machine's."""

import shutil
import socket
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from storage.database import Database
from storage.embedded import SMALL_MACHINE, EmbeddedServer
from storage.migrations.prerequisites import APP_ROLE
from storage.schema import migrate
from storage.workspaces import ensure_default_workspace

TEMPLATE = "template_migrated"
OWNER = "postgres"


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """One PostgreSQL for the whole run. It needn't survive a power cut."""
    # Not in pytest's tmp_path: a socket's path must be short.
    home = Path(tempfile.mkdtemp(prefix="pb-"))
    flags = {**SMALL_MACHINE, "shared_buffers": "64MB", "fsync": "off", "synchronous_commit": "off"}
    with EmbeddedServer(home, flags=flags) as running:
        yield running
    while running.pid is not None:
        # Its keeper is stopping it; a server needs its folder for that.
        time.sleep(0.02)
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def template(server: EmbeddedServer) -> str:
    """The name of a migrated, empty database to clone."""
    _administer(server, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
    migrate(server.url(OWNER, TEMPLATE))
    return TEMPLATE


@pytest.fixture
def database_name(server: EmbeddedServer, template: str) -> Iterator[str]:
    """The name of a fresh clone of the migrated database."""
    name = f"test_{uuid4().hex[:12]}"
    clone = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    _administer(server, clone)
    yield name
    _administer(server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def owner_url(server: EmbeddedServer, database_name: str) -> str:
    """URL of the test's database for its owner, who bypasses row-level security."""
    return server.url(OWNER, database_name)


@pytest.fixture
def app_url(server: EmbeddedServer, database_name: str) -> str:
    """URL of the test's database for the role the app works as."""
    return server.url(APP_ROLE, database_name)


@pytest.fixture
async def database(app_url: str) -> AsyncIterator[Database]:
    """The test's database, open as the app opens it."""
    opened = await Database.open(app_url)
    yield opened
    await opened.close()


@pytest.fixture
async def workspace_id(database: Database) -> int:
    """The default workspace of the test's database."""
    return await ensure_default_workspace(database)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection to another machine is an error: a live model or Slack call can't happen in a test."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded(real: Any) -> Any:
        def checked(self: socket.socket, address: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_local(str(address[0])):
                raise AssertionError(f"a test reached out to {address[0]}")
            return real(self, address)

        return checked

    monkeypatch.setattr(socket.socket, "connect", guarded(connect))
    monkeypatch.setattr(socket.socket, "connect_ex", guarded(connect_ex))


def _is_local(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")


def _administer(server: EmbeddedServer, statement: sql.Composed) -> None:
    with psycopg.connect(server.url(OWNER, "postgres"), autocommit=True) as connection:
        connection.execute(statement)
