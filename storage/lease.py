"""Who still uses the embedded server: a kernel lock that each user holds for life and that ends with its process.

Run as a script (it needs only the standard library) it is the server's keeper: it sleeps until the last user has left,
however they left, and stops the server.
"""

import fcntl
import os
import subprocess
import sys
from pathlib import Path


def hold(lock: Path) -> int:
    """Joins the users of a server; waits while a keeper stops it. Returns the lock's descriptor: close it to leave."""
    return _locked(lock, fcntl.LOCK_SH)


def alone(lock: Path) -> int:
    """Waits until nobody else holds the lock and takes it. Returns the lock's descriptor: close it to release."""
    return _locked(lock, fcntl.LOCK_EX)


def _locked(lock: Path, mode: int) -> int:
    # O_CLOEXEC is Python's default: the server must not inherit a user's lock.
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, mode)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def start_keeper(lock: Path, stop_command: list[str], user: str | None) -> None:
    """Starts the keeper of a server, detached: it outlives us, and a terminal's Ctrl-C doesn't reach it."""
    subprocess.run(  # noqa: S603 - our own interpreter and file, no shell
        [sys.executable, "-I", "-S", __file__, str(lock), user or "", *stop_command],
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        check=True,
    )


def _keep(lock: str, user: str, *stop_command: str) -> None:
    if os.fork() != 0:
        return
    descriptor = alone(Path(lock))
    subprocess.run(  # noqa: S603 - pg_ctl of the wheel, no shell; fails only when the server is down already
        stop_command, user=user or None, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, timeout=120
    )
    os.close(descriptor)


if __name__ == "__main__":
    _keep(*sys.argv[1:])
