"""The database's errors as ours: what happened and what to do, translated in one place."""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from persona.errors import (
    DatabaseBusyError,
    DatabaseReadOnlyError,
    DatabaseRefusesError,
    DatabaseRightsError,
    DatabaseUnreachableError,
    DiskFullError,
    FolderUnwritableError,
    PersonaBotError,
    SchemaOutdatedError,
)

_OUTDATED = {"42P01", "42703", "42883", "3F000"}  # undefined table, column, function, schema
_RIGHTS = "42501"
_DISK_FULL = "53100"
_READ_ONLY = "25006"
_NO_DATABASE = "3D000"
_STOPPED_BY_TIMEOUT = "57014"
_LOST: Final = ("08", "53", "57P", "58")
_REFUSALS: Final = {
    'database ".*" does not exist': _NO_DATABASE,
    'role ".*" does not exist|authentication failed|no password supplied|no pg_hba.conf entry': "28000",
    "permission denied to set role": _RIGHTS,
}

# A new cluster with our schema takes 50 MB, its write-ahead log another 32; below this initdb would fail half-way.
NEEDED_MB: Final = 120
_NO_SPACE: Final = (errno.ENOSPC, errno.EDQUOT)
_UNWRITABLE: Final = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST, errno.ENOENT)


@contextmanager
def translated() -> Iterator[None]:
    """Raises what the database raises as the error of persona/errors.py that names its cause; others pass unchanged."""
    try:
        yield
    except Exception as error:
        found = as_ours(error)
        if found is None or found is error:
            raise
        raise found from error


def as_ours(error: BaseException) -> PersonaBotError | None:
    """The error of persona/errors.py for one of the database's, also where the queue raised it; None for any other."""
    if isinstance(error, PersonaBotError):
        return error
    if isinstance(error, PoolTimeoutError):
        return DatabaseBusyError()
    below = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(below, psycopg.Error):
        below = error.__cause__
    return _translation(below) if isinstance(below, psycopg.Error) else None


def is_outage(error: BaseException | None) -> bool:
    """Whether the database was out of reach, or could not go on: the same statement may do later."""
    return isinstance(error, psycopg.OperationalError | psycopg.errors.ReadOnlySqlTransaction)


@contextmanager
def folder_errors(home: Path) -> Iterator[None]:
    """Raises what making or starting the embedded database in `home` raises as ours, with the folder and the fix."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_SPACE:
            raise disk_full(home) from error
        if error.errno in _UNWRITABLE:
            raise FolderUnwritableError(
                _not_a_folder(home)
                or f"The database folder {home} can't be written ({error.strerror}: {error.filename}). "
                "Make it yours with chown or chmod, or set PERSONA_HOME to a folder you can write."
            ) from error
        raise
    except psycopg.errors.DiskFull as error:
        raise disk_full(home) from error
    except psycopg.OperationalError as error:
        raise DatabaseUnreachableError(f"The embedded database in {home} does not answer.") from error


def _not_a_folder(home: Path) -> str | None:
    """What to say when a file is where the folder, or one it lies in, should be."""
    file = next((path for path in (home, *home.parents) if path.is_file()), None)
    if file is None:
        return None
    return f"The database folder can't be {home}: {file} is a file. Set PERSONA_HOME to a folder, or remove the file."


def disk_full(home: Path) -> DiskFullError:
    """The error for an embedded database that has no room."""
    return DiskFullError(
        f"No space left in {home}: the database needs {NEEDED_MB} MB free. "
        "Free some there, or set PERSONA_HOME to a folder on a larger disk."
    )


def _translation(error: psycopg.Error) -> PersonaBotError | None:
    state = error.sqlstate or _state_at_connecting(error)
    if state in _OUTDATED:
        return SchemaOutdatedError()
    if state == _RIGHTS:
        return DatabaseRightsError(
            "The database role may not do this. Run `persona-bot migrate` with the role that owns the tables."
        )
    if state == _DISK_FULL:
        return DiskFullError("The database server has no disk space left. Free some, then try again.")
    if state == _READ_ONLY:
        return DatabaseReadOnlyError()
    return _unreachable(error, state)


def _unreachable(error: psycopg.Error, state: str | None) -> PersonaBotError | None:
    if state == _STOPPED_BY_TIMEOUT:
        return DatabaseBusyError("The database took too long to answer. Please try again in a minute.")
    if state == _NO_DATABASE:
        return DatabaseRefusesError("The server has no database of that name. Create it, or check DATABASE_URL.")
    if state is not None and state.startswith("28"):
        return DatabaseRefusesError("The database refuses the user or password. Check DATABASE_URL.")
    # No state: the connection failed or broke. 08 connection, 53 too many connections, 57P0x the server is stopping,
    # 58 its disk or files fail.
    lost = isinstance(error, psycopg.OperationalError) and (state is None or state.startswith(_LOST))
    return DatabaseUnreachableError() if lost else None


def _state_at_connecting(error: psycopg.Error) -> str | None:
    """The state psycopg doesn't pass on when a server refuses a connection, read from its (English) words."""
    words = str(error)
    return next((state for phrase, state in _REFUSALS.items() if re.search(phrase, words)), None)
