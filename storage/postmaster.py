"""What postmaster.pid says of the embedded server, and whether it is still true: the file outlives a killed server."""

import socket
from pathlib import Path

import psutil


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
        return named if Path(psutil.Process(named).cwd()) == data.resolve() else None
    except psutil.Error:
        return None


def remove_misleading_file(data: Path) -> None:
    """Removes a stale postmaster.pid whose number is another program's: PostgreSQL would take it for a running server.

    Any other stale file is left to PostgreSQL, which reads in it whether a killed server's processes are still there.
    """
    named = _named_pid(data)
    if named is not None and psutil.pid_exists(named) and server_pid(data) is None:
        (data / "postmaster.pid").unlink(missing_ok=True)


def answers(data: Path) -> bool:
    """Whether a server takes connections on the cluster's socket."""
    folder = socket_folder(data)
    if folder is None:
        return False
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(folder / ".s.PGSQL.5432"))
        except OSError:
            return False
    return True


def _named_pid(data: Path) -> int | None:
    lines = _pid_file(data)
    return int(lines[0]) if lines and lines[0].strip().isdigit() else None


def _pid_file(data: Path) -> list[str]:
    """Its lines: pid, data folder, start time, port, socket folder, address, shared memory, status."""
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return []
