"""The embedded server as processes use it: shared, killed, restarted, refused."""

import contextlib
import os
import pwd
import select
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from persona.errors import DatabaseUnreachableError, DiskFullError, FolderUnwritableError
from storage.embedded import SMALL_MACHINE, EmbeddedServer
from storage.lease import hold
from storage.migrations.prerequisites import ensure_extensions
from storage.schema import migrate, newest_revision, schema_version

FLAGS = {**SMALL_MACHINE, "shared_buffers": "16MB", "fsync": "off"}
OWNER = "postgres"
CLIENT = """
import sys
from pathlib import Path
from storage.embedded import EmbeddedServer
with EmbeddedServer(Path(sys.argv[1]), flags={"shared_buffers": "16MB", "fsync": "off"}) as server:
    print(server.pid, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="pb-"))
    yield folder / "home"
    until(lambda: EmbeddedServer(folder / "home").pid is None)
    shutil.rmtree(folder, ignore_errors=True)


def start(home: Path) -> EmbeddedServer:
    return EmbeddedServer(home, flags=FLAGS).start()


@contextlib.contextmanager
def client(home: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that uses the server until it is told to leave."""
    command = [sys.executable, "-c", CLIENT, str(home)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process


def server_of(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    return int(process.stdout.readline())


def remember(server: EmbeddedServer, word: str) -> None:
    with psycopg.connect(server.owner_url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS words (word text)")
        connection.execute("INSERT INTO words VALUES (%s)", [word])


def remembered(server: EmbeddedServer) -> list[str]:
    with psycopg.connect(server.owner_url) as connection:
        return [row[0] for row in connection.execute("SELECT word FROM words ORDER BY word")]


def until(happened: Callable[[], bool]) -> None:
    """Waits for what another process does, 20 s at most."""
    deadline = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        select.select([], [], [], 0.02)


def is_gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def stop(server: EmbeddedServer) -> None:
    server.close()
    until(lambda: server.pid is None)


def test_a_second_process_attaches_to_the_running_server(home: Path) -> None:
    with start(home) as server, client(home) as other:
        assert server_of(other) == server.pid


def test_the_server_stops_when_its_last_user_leaves_and_not_before(home: Path) -> None:
    server = start(home)
    with client(home) as other:
        pid = server_of(other)
        server.close()
        assert psutil.pid_exists(pid)
    until(lambda: is_gone(pid))


def test_a_user_killed_without_warning_does_not_keep_the_server_alive(home: Path) -> None:
    with client(home) as other:
        pid = server_of(other)
        other.kill()
    until(lambda: is_gone(pid))
    with start(home) as server:
        assert server.pid not in (None, pid)


def test_four_processes_that_start_at_once_in_an_empty_folder_share_one_server(home: Path) -> None:
    with client(home) as a, client(home) as b, client(home) as c, client(home) as d:
        assert len({server_of(process) for process in (a, b, c, d)}) == 1


def test_a_killed_server_comes_back_with_its_data(home: Path) -> None:
    with start(home) as server:
        remember(server, "kept")
        pid = server.pid
        assert pid is not None
        psutil.Process(pid).kill()
        until(lambda: is_gone(pid))
        with start(home) as again:
            assert (again.pid != pid, remembered(again)) == (True, ["kept"])


def test_a_killed_server_whose_last_query_still_runs_comes_back(home: Path) -> None:
    with start(home) as server, contextlib.closing(psycopg.connect(server.owner_url)) as connection:
        connection.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 100000000)")
        pid = server.pid
        assert pid is not None
        psutil.Process(pid).kill()
        with start(home) as again:
            remember(again, "back")
            assert remembered(again) == ["back"]


def test_a_stale_pid_file_that_names_a_living_stranger_does_not_stop_a_start(home: Path) -> None:
    server = start(home)
    remember(server, "kept")
    left = (home / "data" / "postmaster.pid").read_text().splitlines()
    stop(server)
    (home / "data" / "postmaster.pid").write_text("\n".join([str(os.getpid()), *left[1:]]) + "\n")
    with start(home) as again:
        assert remembered(again) == ["kept"]


def test_a_first_start_that_was_cut_off_is_begun_anew(home: Path) -> None:
    (home / "data.unfinished").mkdir(parents=True)
    (home / "data.unfinished" / "PG_VERSION").write_text("18\n")
    with start(home) as server:
        assert server.pid is not None


def test_leaving_twice_is_harmless_to_those_who_stay(home: Path) -> None:
    with start(home) as stays:
        leaves = start(home)
        leaves.close()
        leaves.close()
        remember(stays, "here")
        assert remembered(stays) == ["here"]


def test_a_long_path_gets_its_socket_elsewhere_and_works(home: Path) -> None:
    server = start(home / ("a-long-name-" * 8))
    remember(server, "far")
    assert remembered(server) == ["far"]
    stop(server)


def test_no_other_user_of_the_machine_can_reach_the_socket_or_the_data(home: Path) -> None:
    with start(home):
        for name in ("data", "run", "log"):
            assert (name, stat.S_IMODE((home / name).stat().st_mode)) == (name, 0o700)
        strangers = [f for f in psutil.net_connections("inet") if f.pid == EmbeddedServer(home).pid]
        assert strangers == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_a_stranger_of_the_machine_is_refused(home: Path) -> None:
    with start(home):
        nobody = pwd.getpwnam("nobody").pw_uid
        seen = subprocess.run(["ls", str(home / "run")], user=nobody, capture_output=True, check=False)
        assert seen.returncode != 0


@pytest.mark.parametrize("below", ["", "home"])
def test_a_file_where_the_data_folder_should_be_is_called_a_file(tmp_path: Path, below: str) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(FolderUnwritableError) as refused:
        start(file / below)
    assert refused.value.user_message == (
        f"The database folder can't be {file / below}: {file} is a file. "
        "Set PERSONA_HOME to a folder, or remove the file."
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
def test_a_folder_closed_to_us_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(FolderUnwritableError):
        start(tmp_path / "home")


def test_a_socket_folder_planted_by_somebody_else_is_refused(home: Path) -> None:
    home.mkdir(parents=True)
    (home / "run").symlink_to("/tmp")  # noqa: S108 - the trap itself
    with pytest.raises(FolderUnwritableError) as refused:
        start(home)
    assert refused.value.user_message.startswith(f"{home}/run belongs to somebody else.")


def test_an_ordinary_owner_migrates_on_a_server_where_the_app_has_no_role_of_its_own(home: Path) -> None:
    with EmbeddedServer(home, flags=FLAGS) as server:
        with psycopg.connect(server.url(OWNER, OWNER), autocommit=True) as connection:
            connection.execute("CREATE ROLE plain LOGIN")
            connection.execute("CREATE DATABASE plain OWNER plain")
        with psycopg.connect(server.url(OWNER, "plain"), autocommit=True) as connection:
            ensure_extensions(connection)
        url = server.url("plain", "plain")
        migrate(url)
        assert schema_version(url) == newest_revision()


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of 200 MB; needs root's right to mount."""
    folder = Path(tempfile.mkdtemp(prefix="pb-"))
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200m", "tmpfs", str(folder)], check=False)
    if mounted.returncode != 0:
        folder.rmdir()
        pytest.skip("a small disk can't be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)
    folder.rmdir()


def fill(folder: Path, *, leave_mb: int = 0) -> None:
    """Takes the space of a disk, but for so many megabytes."""
    free = shutil.disk_usage(folder).free - leave_mb * 2**20
    with (folder / "filler").open("wb") as file, contextlib.suppress(OSError):
        os.posix_fallocate(file.fileno(), 0, free)


def test_a_first_start_on_a_full_disk_says_how_much_to_free(small_disk: Path) -> None:
    fill(small_disk, leave_mb=30)
    with pytest.raises(DiskFullError) as full:
        start(small_disk / "home")
    assert full.value.user_message == (
        f"No space left in {small_disk}/home: the database needs 120 MB free. "
        "Free some there, or set PERSONA_HOME to a folder on a larger disk."
    )


def test_a_later_start_on_a_full_disk_says_so_too(small_disk: Path) -> None:
    stop(start(small_disk / "home"))
    fill(small_disk)
    with pytest.raises(DiskFullError):
        start(small_disk / "home")


def test_a_server_that_cannot_start_names_its_log(home: Path) -> None:
    with pytest.raises(DatabaseUnreachableError) as failed:
        EmbeddedServer(home, flags={"shared_buffers": "nonsense"}).start()
    assert failed.value.user_message == (
        f"The embedded database did not start. Its log is {home}/log/server.log. "
        "Set PERSONA_HOME to another folder, or DATABASE_URL to a server of your own."
    )


def test_text_of_a_failing_statement_does_not_reach_the_log(home: Path) -> None:
    with start(home) as server:
        migrate(server.owner_url)
        with psycopg.connect(server.owner_url) as connection, pytest.raises(psycopg.errors.InvalidTextRepresentation):
            connection.execute("SELECT CAST('words of a customer' AS json)")
        assert "customer" not in (home / "log" / "server.log").read_text()


def test_a_user_that_arrives_while_the_keeper_stops_the_server_waits_and_gets_a_new_one(home: Path) -> None:
    first = start(home)
    remember(first, "kept")
    first.close()
    with start(home) as second:
        assert remembered(second) == ["kept"]


def test_a_lease_ends_with_its_descriptor(tmp_path: Path) -> None:
    first, second = hold(tmp_path / "lock"), hold(tmp_path / "lock")
    os.close(first)
    with subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"from storage.lease import alone; from pathlib import Path; alone(Path({str(tmp_path / 'lock')!r}))",
        ]
    ) as waits:
        with pytest.raises(subprocess.TimeoutExpired):
            waits.wait(1)
        os.close(second)
        assert waits.wait(20) == 0
