"""What postmaster.pid says of the embedded server, and whether it is still true: the file outlives a killed server."""

from pathlib import Path
from typing import Final

import psutil

_END_S: Final = 5


def socket_folder(data: Path) -> Path | None:
    """The folder of the server's socket, or None when no server left a word of it."""
    lines = _pid_file(data)
    return Path(lines[4]) if len(lines) > 4 and lines[4] else None


def server_pid(data: Path) -> int | None:
    """The living server of the cluster, or None: a stale file's number may be another program's by now."""
    named = _named_pid(data)
    if named is None:
        return None
    try:
        return named if _serves(psutil.Process(named), data) else None
    except psutil.Error:
        return None


def clear_remains(data: Path, sockets: Path) -> None:
    """Ends what a killed server left: processes still busy with its last queries, and the files that hold its number.

    PostgreSQL would refuse to start while they run, or while the number is another program's. To be called when
    `server_pid` is None; the next start recovers from the write-ahead log in any case.
    """
    remains = [process for process in psutil.process_iter() if _serves(process, data)]
    for process in remains:
        process.kill()
    psutil.wait_procs(remains, timeout=_END_S)
    for stale in (data / "postmaster.pid", sockets / ".s.PGSQL.5432.lock", sockets / ".s.PGSQL.5432"):
        stale.unlink(missing_ok=True)


def _serves(process: psutil.Process, data: Path) -> bool:
    """Whether a process is one of the cluster's: each of them works in the data folder."""
    try:
        return process.name().startswith("postgres") and Path(process.cwd()) == data.resolve()
    except psutil.Error:
        return False


def _named_pid(data: Path) -> int | None:
    lines = _pid_file(data)
    return int(lines[0]) if lines and lines[0].strip().isdigit() else None


def _pid_file(data: Path) -> list[str]:
    """Its lines: pid, data folder, start time, port, socket folder, address, shared memory, status."""
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return []
