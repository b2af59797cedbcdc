"""A PostgreSQL of the chaos' own: killed, made read-only, its disk filled; and mended again."""

import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg

from persona.errors import PersonaBotError
from storage.embedded import SMALL_MACHINE, EmbeddedServer
from storage.migrations.prerequisites import APP_ROLE

_DISK_MB = 700
# fsync guards against a power cut, which nobody makes here; what a killed server had committed stays in any case.
_FLAGS = {**SMALL_MACHINE, "shared_buffers": "64MB", "fsync": "off", "max_wal_size": "64MB", "min_wal_size": "32MB"}
_LEFT_BYTES = 20_000
_CHUNK = 4 * 2**20
_MENDED_WITHIN_S = 60


class Server:
    """The server and the disk it lies on. `small_disk` says whether the disk can be filled here."""

    def __init__(self, home: Path, *, small_disk: bool) -> None:
        self._home, self.small_disk = home, small_disk
        self._server = EmbeddedServer(home / "db", flags=_FLAGS)
        self._ballast = home / "ballast"

    def start(self) -> None:
        """Starts it, or starts it again."""
        self._server.start()

    @property
    def url(self) -> str:
        """URL for the app's role."""
        return self._server.url(APP_ROLE)

    @property
    def owner_url(self) -> str:
        """URL for the owner of the tables."""
        return self._server.owner_url

    def close(self) -> None:
        """Stops it and waits for its end."""
        self._server.close()
        while self._server.pid is not None:
            time.sleep(0.02)

    def kill(self) -> None:
        """kill -9 of the postmaster. `mend` starts it again."""
        if self._server.pid is not None:
            os.kill(self._server.pid, signal.SIGKILL)

    def kill_backend(self, dice: random.Random) -> None:
        """kill -9 of one of its processes: the server ends all the others and recovers by itself."""
        if self._server.pid is not None:
            children = psutil.Process(self._server.pid).children()
            if children:
                dice.choice(children).kill()

    def read_only(self) -> None:
        """Every transaction from now on may only read."""
        self._alter("SET default_transaction_read_only = on")

    def fill_disk(self) -> None:
        """Leaves next to nothing of the disk."""
        with self._ballast.open("ab") as file, suppress(OSError):
            while (free := shutil.disk_usage(self._home).free) > _LEFT_BYTES:
                file.write(bytes(min(free - _LEFT_BYTES // 2, _CHUNK)))
                file.flush()

    def mend(self) -> None:
        """Room on the disk, a running server that may be written to."""
        self._ballast.unlink(missing_ok=True)
        until = time.monotonic() + _MENDED_WITHIN_S
        while True:
            try:
                self._server.start()
                self._alter("RESET default_transaction_read_only")
            except (psycopg.OperationalError, PersonaBotError):
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
            else:
                return

    def _alter(self, change: str) -> None:
        with psycopg.connect(self._server.owner_url, autocommit=True, connect_timeout=5) as connection:
            connection.execute("SET default_transaction_read_only = off")
            connection.execute(f"ALTER SYSTEM {change}")
            connection.execute("SELECT pg_reload_conf()")


@contextmanager
def made_server() -> Iterator[Server]:
    """A fresh server, on a small disk of its own where this machine lets us make one."""
    home = Path(tempfile.mkdtemp(prefix="pb-"))
    mounted = _mount(home)
    server = Server(home, small_disk=mounted)
    try:
        server.start()
        yield server
    finally:
        server.close()
        if mounted:
            subprocess.run(["umount", "--lazy", str(home)], check=False, capture_output=True)
        shutil.rmtree(home, ignore_errors=True)


def _mount(home: Path) -> bool:
    if os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    made = ["mount", "-t", "tmpfs", "-o", f"size={_DISK_MB}m,mode=755", "tmpfs", str(home)]
    return subprocess.run(made, check=False, capture_output=True).returncode == 0
