"""What a refresh costs beside the model: `python -m tests.bench.bench_refresh [CONTACTS] [FOLDER]`.

The sample CRM's people are copied until there are so many contacts (10,000 unless said; made in FOLDER and kept there,
else made anew), each with a persona by the model double, which answers at once from a process of its own. Measured,
each by itself: planning; contacts of whom nothing was written since; contacts with a new mail, written anew. The
baseline asks the double as often through the same client, and does nothing with its answers.
"""

import asyncio
import logging
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

import psutil
import psycopg
from openai import AsyncOpenAI
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table
from sqlalchemy import Table as Rows
from sqlalchemy import Text, func, select

from bot.importing import import_sample
from bot.wiring import Services
from persona.refreshing import Outcome
from storage.database import Database
from storage.embedded import EmbeddedServer
from storage.schema import migrate
from storage.tables import (
    behavioral_patterns,
    contacts,
    customer_personas,
    deal_stage_changes,
    deals,
    email_events,
    interaction_embeddings,
    interactions,
)
from tests.bot.conftest import settings
from tests.doubles.openai_server import GOOD_KEY, OpenAIDouble, Request

CONTACTS: Final = 10_000
TARGET_MS: Final = 15.0
_APART: Final = 10_000_000
_COPIED: Final = (
    *(contacts, interactions, email_events, deals, deal_stage_changes),
    *(interaction_embeddings, behavioral_patterns, customer_personas),
)
# Every sentence ends in a word of its own: what is remembered of a sentence helps with no other contact.
_OWN: Final = r"""
    UPDATE interactions SET own_words = regexp_replace(
        own_words, '( c\d+)?([.?!])(\s|$)', ' c' || contact_id || %(run)s || '\2\3', 'g')
    WHERE contact_id = ANY(%(keys)s)"""
_MAIL: Final = """
    WITH people AS (SELECT workspace_id, id, email FROM contacts WHERE id = ANY(%(keys)s)), mails AS (
        INSERT INTO interactions (workspace_id, contact_id, source, record, external_id, kind, direction, occurred_at,
            subject, body, own_words, thread_id, tracked)
        SELECT workspace_id, id, 'bench', 'emails', 'news-' || id || '-' || %(run)s, 'email', 'inbound', now(), 'News',
            words, words, 'news-' || id || '-' || %(run)s, false
        FROM people, (SELECT 'We lose two days a month to the stock count, number ' || %(run)s AS words) said)
    UPDATE contacts SET changed_at = now(), interaction_count = interaction_count + 1, last_interaction_at = now()
    WHERE id = ANY(%(keys)s)"""
_OPENED: Final = "UPDATE contacts SET changed_at = now() WHERE id = ANY(%(keys)s)"


@dataclass(frozen=True, slots=True)
class Cost:
    """What a contact took at the mean: milliseconds on the clock, of our CPU and of PostgreSQL's."""

    wall: float
    ours: float
    database: float


class Forgetful(list[Request]):
    """Requests that nobody will look at."""

    def append(self, _: Request) -> None:
        """Not kept: memory is measured."""


def answer(told: Connection) -> None:
    """The double, until the process is ended."""

    async def serve() -> None:
        double = OpenAIDouble()
        double.requests = Forgetful()
        async with double.serve():
            told.send(double.url)
            await asyncio.Event().wait()

    asyncio.run(serve())


@contextmanager
def model() -> Iterator[str]:
    """The double's address; it answers from a process of its own."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=answer, args=(there,), daemon=True)
    process.start()
    try:
        yield here.recv()
    finally:
        process.terminate()
        process.join()


async def fill(services: Services, owner_url: str, wanted: int) -> None:
    """The sample CRM with a persona each, then copies of all of it."""
    await import_sample(services, console=Console(quiet=True))
    workspace_id = await services.default_workspace()
    engine, originals = services.engine(workspace_id), await keys_of(services, workspace_id)
    for key in originals:
        await engine.write(key)
    with psycopg.connect(owner_url, autocommit=True) as connection:
        with connection.transaction():
            # Foreign keys hold by construction; checking them one by one is the slow part.
            connection.execute("SET LOCAL session_replication_role = replica")
            for table in _COPIED:
                connection.execute(copies_of(table), {"copies": -(-wanted // len(originals)) - 1})
        connection.execute("VACUUM ANALYZE")


def copies_of(table: Rows) -> Any:
    """SQL that copies every row as another source's, its own id and its parents' moved by the copy's number."""
    names = [column.name for column in table.columns if column.computed is None]
    keys = {"id", "contact_id", "interaction_id", "deal_id"}
    values = {name: f"{name} + {_APART} * copy" for name in keys}
    values |= {"source": "source || '-' || copy", "email": "'c' || copy || '-' || email"}
    selected = ", ".join(values.get(name, name) for name in names)
    kept = "OVERRIDING SYSTEM VALUE" if "id" in names else ""
    into = f"INSERT INTO {table.name} ({', '.join(names)}) {kept}"
    return f"{into} SELECT {selected} FROM {table.name}, generate_series(1, %(copies)s) copy"


async def keys_of(services: Services, workspace_id: int) -> list[int]:
    """The contacts that have personas or may have one, in an order that mixes the copies."""
    query = select(contacts.c.id).where(~contacts.c.do_not_profile).order_by(func.md5(contacts.c.id.cast(Text)))
    async with services.database.workspace(workspace_id) as connection:
        return list(await connection.scalars(query))


async def cost(of: int, server: psutil.Process, doing: Callable[[], Awaitable[None]]) -> Cost:
    """What `of` contacts took, each."""
    spent = [time.perf_counter(), time.process_time(), database_cpu(server)]
    await doing()
    spent = [
        now - then
        for now, then in zip((time.perf_counter(), time.process_time(), database_cpu(server)), spent, strict=True)
    ]
    return Cost(*(1000 * seconds / of for seconds in spent))


def database_cpu(server: psutil.Process) -> float:
    """Seconds of CPU of PostgreSQL's processes so far; those that ended are counted with their parent."""
    times = [process.cpu_times() for process in (server, *server.children())]
    own = times[0]
    return own.children_user + own.children_system + sum(each.user + each.system for each in times)


async def refresh(services: Services, workspace_id: int, keys: Sequence[int], wanted: set[Outcome]) -> None:
    """Refreshes them as a worker does; each ends as wanted."""
    for key in keys:
        outcome = (await services.refreshing.refresh(workspace_id, key)).outcome
        assert outcome in wanted, outcome
    assert keys


async def ask_alone(url: str, times: int) -> None:
    """The same client, the same size of request, and nothing done with the answer."""
    client = AsyncOpenAI(api_key=GOOD_KEY, base_url=url)
    messages: Any = [{"role": "user", "content": "We lose two days a month to the stock count. " * 150}]
    for _ in range(times):
        await client.chat.completions.create(model="gpt-4o-mini", messages=messages, max_completion_tokens=700)
    await client.close()


async def measure(owner_url: str, app_url: str, url: str, wanted: int) -> int:
    """Prints the table; whether a persona written anew missed its target."""
    known = settings(database_url=app_url, openai_api_key=SecretStr(GOOD_KEY), openai_base_url=url)
    services = Services(known, await Database.open(app_url))
    try:
        async with services.queue.open_async():
            workspace_id = await services.default_workspace()
            if len(await keys_of(services, workspace_id)) < wanted:
                await fill(services, owner_url, wanted)
            return await _measure(services, workspace_id, owner_url, url, wanted)
    finally:
        await services.close()


async def _measure(services: Services, workspace_id: int, owner_url: str, url: str, wanted: int) -> int:
    every = (await keys_of(services, workspace_id))[:wanted]
    opened, written = every[::2], every[1::2]
    with psycopg.connect(owner_url, autocommit=True) as connection:
        backend = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert backend is not None
        server = psutil.Process(psutil.Process(int(backend[0])).ppid())
        connection.execute(_OPENED, {"keys": opened})
        connection.execute(_OWN, {"keys": written, "run": str(time.time_ns() % 1000)})
        connection.execute(_MAIL, {"keys": written, "run": str(time.time_ns())})
    process, memory = psutil.Process(), list[int]()
    rows: list[tuple[str, int, Cost, float | None]] = []

    async def row(name: str, of: int, doing: Callable[[], Awaitable[None]], target: float | None = None) -> Cost:
        rows.append((name, of, await cost(of, server, doing), target))
        memory.append(process.memory_info().rss >> 20)
        return rows[-1][2]

    async def plan() -> None:
        assert set(written) <= set((await services.refreshing.plan(workspace_id)).contacts)

    half = len(written) // 2
    anew = {Outcome.WRITTEN, Outcome.KEPT}
    await row("baseline: the client asks, nothing is done with it", half, lambda: ask_alone(url, half))
    await row("planned", len(every), plan)
    await row(
        "opened only: nothing written, no model asked",
        len(opened),
        lambda: refresh(services, workspace_id, opened, {Outcome.UNCHANGED}),
    )
    await row(
        "a new mail: written anew, first half",
        half,
        lambda: refresh(services, workspace_id, written[:half], anew),
        TARGET_MS,
    )
    last = await row(
        "a new mail: written anew, second half",
        half,
        lambda: refresh(services, workspace_id, written[half : 2 * half], anew),
        TARGET_MS,
    )
    show(rows, memory)
    return 0 if last.ours <= TARGET_MS else 1


def show(rows: Sequence[tuple[str, int, Cost, float | None]], memory: Sequence[int]) -> None:
    """One line a measurement."""
    table = Table(title="A refresh, milliseconds a contact", title_justify="left", box=None)
    table.add_column("what")
    for name in ("contacts", "wall", "our CPU", "PostgreSQL's CPU", "target (our CPU)", "memory after, MB"):
        table.add_column(name, justify="right")
    for (name, of, spent, target), taken in zip(rows, memory, strict=True):
        wanted = "" if target is None else f"{target:.0f} {'met' if spent.ours <= target else 'missed'}"
        table.add_row(
            name, f"{of:,}", f"{spent.wall:.2f}", f"{spent.ours:.2f}", f"{spent.database:.2f}", wanted, str(taken)
        )
    Console(width=140).print(table)


def main() -> int:
    """Runs all of it."""
    logging.getLogger("httpx2").setLevel(logging.WARNING)  # a line a request is more than the table
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else CONTACTS
    with tempfile.TemporaryDirectory() as made:
        home = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(made)
        with model() as url, EmbeddedServer(home) as server:
            migrate(server.owner_url)
            return asyncio.run(measure(server.owner_url, server.app_url, url, wanted))


if __name__ == "__main__":
    sys.exit(main())
