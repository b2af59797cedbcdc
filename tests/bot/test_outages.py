"""Real processes and a PostgreSQL that is killed, silent, read-only or full: a sentence at once, then cards."""

import asyncio
import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import psycopg
import pytest
from rich.console import Console

from bot.answers import TOO_SLOW
from bot.importing import import_sample
from bot.outages import steady, when_there
from bot.wiring import Services, open_services
from persona.errors import DatabaseRefusesError, DatabaseUnreachableError
from storage.database import Database
from storage.embedded import SMALL_MACHINE, EmbeddedServer
from storage.schema import migrate
from tests.bot.conftest import settings
from tests.doubles.slack_server import SlackDouble

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "storage" / "sample" / "contacts.csv"
PROGRAM = [sys.executable, "-c", "from bot.cli import main; main()"]
ROLES = ("web", "worker", "clock")
DISK_MB = 400
WITHIN_S = 60
SENTENCES = {
    "killed": "The database does not answer just now. Nothing was lost; please try again in a minute.",
    "read-only": "The database takes no changes just now, so this could not be done. Nothing was lost; "
    "please try again in a few minutes.",
    "silent": TOO_SLOW,
    "full": "The database has no disk space left, so this could not be done. Nothing was lost; "
    "tell who runs Persona, and try again when there is room.",
}


@dataclass
class Machine:
    """A server of its own with the sample CRM in it, and what is done to it."""

    home: Path
    server: EmbeddedServer
    small: bool

    def kill(self) -> None:
        assert self.server.pid is not None
        os.kill(self.server.pid, signal.SIGKILL)

    def start(self) -> None:
        self.server.start()

    def freeze(self, *, on: bool = True) -> None:
        assert self.server.pid is not None
        server = psutil.Process(self.server.pid)
        for process in (server, *server.children()):
            process.send_signal(signal.SIGSTOP if on else signal.SIGCONT)

    def read_only(self, *, on: bool = True) -> None:
        with psycopg.connect(self.server.owner_url, autocommit=True) as owner:
            owner.execute("SET default_transaction_read_only = off")
            owner.execute(f"ALTER SYSTEM SET default_transaction_read_only = {'on' if on else 'off'}")
            owner.execute("SELECT pg_reload_conf()")

    def fill(self) -> None:
        with (self.home / "ballast").open("ab", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(2**16))
        with suppress(psycopg.Error), psycopg.connect(self.server.owner_url, autocommit=True) as owner:
            while True:  # the write-ahead log needs room that isn't there
                owner.execute("SELECT pg_logical_emit_message(false, 'x', repeat('x', 1000000))")

    def free(self) -> None:
        (self.home / "ballast").unlink()
        self.server.start()


@pytest.fixture
def machine() -> Iterator[Machine]:
    with _small_disk() as home:
        flags = {**SMALL_MACHINE, "shared_buffers": "32MB", "fsync": "off", "max_wal_size": "64MB"}
        with EmbeddedServer(home / "db", flags=flags) as server:
            migrate(server.owner_url)
            yield Machine(home, server, small=home.is_mount())
        while server.pid is not None:
            time.sleep(0.02)


@contextmanager
def _small_disk() -> Iterator[Path]:
    """A folder, on a small disk of its own where this machine lets us make one."""
    home = Path(tempfile.mkdtemp(prefix="pb-"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=755", "tmpfs", str(home)]
    mounted = os.geteuid() == 0 and subprocess.run(mount, check=False, capture_output=True).returncode == 0
    try:
        yield home
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(home)], check=True)
        shutil.rmtree(home, ignore_errors=True)


@dataclass
class Fleet:
    """The processes, what they log, and somebody in Slack."""

    processes: dict[str, subprocess.Popen[bytes]]
    folder: Path
    slack: SlackDouble
    app: httpx.AsyncClient
    people: Iterator[str]

    def lines(self) -> list[str]:
        return [line for role in ROLES for line in (self.folder / role).read_text().splitlines()]

    async def ask(self) -> tuple[str, str]:
        """Asks for somebody new: what is answered at once, and where the card will come."""
        answer = await self.slack.command(self.app, next(self.people))
        return answer.body["text"], answer.response_url

    async def ask_for(self, seconds: float) -> dict[str, str]:
        """Asks for somebody new twice a second; what was said, each within Slack's time, and where the card comes."""
        said, until = {}, time.monotonic() + seconds
        while time.monotonic() < until:
            text, url = await self.ask()
            said[text.split(" Reference")[0]] = url
            await asyncio.sleep(0.5)
        return said

    async def card(self) -> float:
        """Asks for new people until one is promised, and waits for that card; after how many seconds it came."""
        begun, text, url = time.monotonic(), next(iter(SENTENCES.values())), ""
        while any(text.startswith(sentence) for sentence in SENTENCES.values()):
            assert time.monotonic() < begun + WITHIN_S, self.lines()
            text, url = await self.ask()
        await self.card_at(url)
        return time.monotonic() - begun

    async def card_at(self, url: str) -> None:
        """Waits for the one card; a job whose worker lost the database is given to another after two minutes."""
        until, cards = time.monotonic() + 3 * WITHIN_S, 0
        while cards == 0 and time.monotonic() < until:
            await asyncio.sleep(0.05)
            posts = [json.dumps(post["blocks"], ensure_ascii=False) for post in self.slack.posts_to(url)]
            cards = sum("❶" in post for post in posts)
        assert cards == 1, self.lines()


@pytest.fixture
async def fleet(machine: Machine, slack: SlackDouble, tmp_path: Path) -> AsyncIterator[Fleet]:
    services = Services(settings(slack), await Database.open(machine.server.app_url))
    await import_sample(services, console=Console(quiet=True))
    await services.close()
    port = 20_000 + os.getpid() % 20_000
    environment = {
        **os.environ,
        "DATABASE_URL": machine.server.app_url,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_BOT_TOKEN": "xoxb-test",
        "SLACK_API_URL": f"{slack.url}/api/",
        "PORT": str(port),
        "PYTHONPATH": str(ROOT),
    }
    processes = {}
    for role in ROLES:
        with (tmp_path / role).open("wb") as log:
            processes[role] = subprocess.Popen([*PROGRAM, role], env=environment, stdout=log, stderr=log, cwd=tmp_path)
    with SAMPLE.open() as file:
        people = iter([row["email"] for row in csv.DictReader(file) if row["email"]])
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as app:
        try:
            while True:
                with suppress(httpx.HTTPError):
                    if (await app.get("/readyz")).status_code == 200:
                        break
                await asyncio.sleep(0.1)
            yield Fleet(processes, tmp_path, slack, app, people)
        finally:
            for process in processes.values():
                process.terminate()
            ends = [await asyncio.to_thread(process.wait, 60) for process in processes.values()]
    assert ends == [0, 0, 0]


async def test_through_every_outage_a_sentence_is_answered_and_what_was_accepted_ends_in_its_card(
    machine: Machine, fleet: Fleet
) -> None:
    await fleet.card()
    outages: dict[str, tuple[Callable[[], None], Callable[[], None]]] = {
        "killed": (machine.kill, machine.start),
        "read-only": (machine.read_only, lambda: machine.read_only(on=False)),
        "silent": (machine.freeze, lambda: machine.freeze(on=False)),
    }
    if machine.small:
        outages["full"] = (machine.fill, machine.free)
    for name, (begin, end) in outages.items():
        known = len(fleet.lines())
        begin()
        said = await fleet.ask_for(3)
        end()
        accepted = {text: url for text, url in said.items() if text not in SENTENCES.values()}
        # A full disk has room in the pages it has, until the server dies of it.
        assert name == "full" or list(said) == [SENTENCES[name]]
        await fleet.card()
        for url in accepted.values():
            await fleet.card_at(url)
        lines = fleet.lines()[known:]
        assert [line for line in lines if not line.startswith("{")] == []
    assert [process.poll() for process in fleet.processes.values()] == [None] * 3
    machine.kill()  # and all end in order without a database


async def test_an_embedded_server_that_is_killed_is_started_again_by_who_uses_it() -> None:
    home = Path(tempfile.mkdtemp(prefix="pb-"))
    try:
        async with open_services(settings(persona_home=home)) as services:
            server = EmbeddedServer(home)
            assert server.pid is not None
            os.kill(server.pid, signal.SIGKILL)
            for _ in range(WITHIN_S):
                await asyncio.sleep(0.5)
                with suppress(DatabaseUnreachableError):
                    await services.default_workspace()
                    break
            assert await services.default_workspace()
        while server.pid is not None:
            await asyncio.sleep(0.02)
    finally:
        shutil.rmtree(home, ignore_errors=True)


async def test_a_database_that_is_not_up_yet_is_waited_for_and_one_that_refuses_us_is_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tries: list[Exception] = [DatabaseUnreachableError(), DatabaseUnreachableError()]

    @asynccontextmanager
    async def opened() -> AsyncIterator[str]:
        if tries:
            raise tries.pop()
        yield "open"

    async with AsyncExitStack() as stack:
        assert await when_there(stack, opened, asyncio.Event()) == "open"
        tries.append(DatabaseRefusesError("no such user"))
        with pytest.raises(DatabaseRefusesError):
            await when_there(stack, opened, asyncio.Event())
    assert capsys.readouterr().out.count("database_awaited") == 1


async def test_an_outage_is_told_once_when_it_begins_and_once_when_it_ends(capsys: pytest.CaptureFixture[str]) -> None:
    fails: list[Exception] = [RuntimeError("words of a customer")] * 3

    async def look() -> None:
        if fails:
            raise fails.pop()

    looked = steady("a look", look)
    for _ in range(5):
        await looked()
    told = capsys.readouterr().out
    assert (told.count("failing"), told.count("works_again"), "words of a customer" in told) == (1, 1, False)
