"""Backup and restore: PostgreSQL's own programs, a whole file or none, and only into an empty database."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Final

import psycopg

from persona.errors import BackupError, DatabaseUnreachableError
from storage.embedded import programs
from storage.failures import translated
from storage.migrations.prerequisites import ensure_app_role, ensure_extensions
from storage.schema import check_revision, schema_version
from storage.urls import CONNECT_TIMEOUT_S, libpq_url, normalised

_MAGIC: Final = b"PGDMP"
_SEAL: Final = b"\npersona-bot sha256 "
_READ: Final = 1 << 20
_SAID: Final = 200
_NOT_ALL: Final = (
    "The database's role may not read every row, so the backup would lack some. Set DATABASE_URL to a role with "
    "BYPASSRLS for the backup: ALTER ROLE <the role> BYPASSRLS;"
)


def back_up(url: str, file: Path) -> int:
    """Writes everything in the database to a new file that only we can read, and returns its size in bytes.

    It is of one moment, while everybody works on. `url` is a role's that reads every row. Raises BackupError,
    SchemaOutdatedError and DatabaseUnreachableError; a file that is not whole is not left.
    """
    check_revision(schema_version(url))
    if file.exists():
        raise BackupError(f"{file} is there already. Name another file.")
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        _run("pg_dump", url, ["--format=custom", "--no-owner", "--no-comments"], to=unfinished)
        _seal(unfinished)
        os.link(unfinished, file)  # unlike a rename it replaces no file that came meanwhile
    except OSError as error:
        raise BackupError(f"{file} can't be written: {error.strerror}.") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return file.stat().st_size


def restore(url: str, file: Path) -> str:
    """Brings a backup into an empty database, all of it or nothing, and returns the revision of its schema.

    `url` is a role's that may make tables, extensions and roles. Raises BackupError when the file is no backup or is
    damaged, or the database isn't empty, and what `storage.schema.migrate` raises.
    """
    _require_whole(file)
    with translated(), psycopg.connect(libpq_url(normalised(url)), connect_timeout=CONNECT_TIMEOUT_S) as connection:
        used = "SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace LIMIT 1"
        if connection.execute(used).fetchone() is not None:
            raise BackupError("The database isn't empty, and nothing in it was changed. Restore into an empty one.")
        ensure_extensions(connection)
        ensure_app_role(connection)
    _run("pg_restore", url, ["--no-owner", "--no-comments", "--exit-on-error", "--single-transaction", str(file)])
    return schema_version(url) or ""


def _seal(file: Path) -> None:
    """Adds the digest of all that stands in it, after where pg_restore reads: that restores half a file unasked."""
    with file.open("r+b") as opened:
        digest = hashlib.file_digest(opened, "sha256").digest()
        opened.seek(0, os.SEEK_END)
        opened.write(_SEAL + digest)
        opened.flush()
        os.fsync(opened.fileno())


def _require_whole(file: Path) -> None:
    try:
        with file.open("rb") as opened:
            begins, digest = opened.read(len(_MAGIC)), hashlib.sha256(_MAGIC)
            left = file.stat().st_size - len(_MAGIC) - len(_SEAL) - digest.digest_size
            while left > 0 and (part := opened.read(min(left, _READ))):
                digest.update(part)
                left -= len(part)
            seal = opened.read()
    except OSError as error:
        raise BackupError(f"{file} can't be read: {error.strerror}.") from error
    if begins != _MAGIC:
        raise BackupError(f"{file} is no backup of Persona Bot's.")
    if seal != _SEAL + digest.digest():
        raise BackupError(f"{file} is damaged or not whole, and nothing was changed. Take an older backup.")


def _run(program: str, url: str, arguments: Sequence[str], *, to: Path | None = None) -> None:
    """Runs one of PostgreSQL's programs on a database. The password is passed where no other user sees it."""
    parsed = normalised(url)
    secret = {"PGPASSWORD": str(parsed.password)} if parsed.password else {}
    address = libpq_url(parsed.set(password=None))
    with open(to, "wb", opener=_ours) if to else nullcontext() as output:
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own program, no shell
            [_found(program), f"--dbname={address}", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.PIPE,
            env={**os.environ, **secret, "LC_ALL": "C"},
            check=False,
        )
    if done.returncode != 0:
        raise BackupError(_why(program, done.stderr.decode(errors="replace")))


def _ours(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_EXCL, 0o600)


def _found(program: str) -> str:
    """The embedded database's program, which reads every server Persona Bot works with; else the machine's own."""
    with suppress(DatabaseUnreachableError):
        return str(programs() / program)
    found = shutil.which(program)
    if found is None:
        raise BackupError(f"{program} isn't on this machine. Install PostgreSQL's client programs.")
    return found


def _why(program: str, said: str) -> str:
    """What stopped it, without what the lines after its first quote of the rows."""
    if any(word in said for word in ("row-level security", "permission denied", "lack SELECT privilege")):
        return _NOT_ALL
    first = next((line for line in said.splitlines() if "error:" in line), said)
    return f"{program} did not get through, and nothing was changed: {first.partition('error:')[2].strip()[:_SAID]}"
