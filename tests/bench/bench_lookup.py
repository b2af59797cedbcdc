"""Prints how long look-ups take in the big database: `python -m tests.bench.bench_lookup [FOLDER]`.

The big database is made in FOLDER and kept there; without one it is made anew in a temporary folder.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from statistics import quantiles
from typing import Final

from sqlalchemy import text

from blocks.persona_card import persona_card
from persona.embedders import StaticEmbedder
from persona.engine import Engine
from persona.model import Contact, Insights, Method, Persona, Profile, Quality, Role, WrittenBy
from persona.writers.rules_writer import RulesWriter
from storage.database import Database
from storage.store import WorkspaceStore
from tests.bench.big_database import BUSY_CONTACT, BUSY_INTERACTIONS, CONTACTS, INTERACTIONS, BigDatabase, big_database

CALLS: Final = 200
WARM_UP: Final = 20
NOW: Final = datetime(2026, 11, 1, tzinfo=UTC)
EXACT: Final = ("Mana Müller", "kana muller", "Lina.4Müller@company5.example")
MISSPELT: Final = ("Mna Müler", "Muller Kana", "Jonathn Petrovic", "jona berg company 3")
NONSENSE: Final = ("qwzxv plmkk", "asdf", "zzzzzz zzzzzz")

Call = Callable[[], Awaitable[object]]


async def measure(label: str, call: Call, *, target_ms: float | None = None) -> None:
    """Prints p50 and p95 of one call after another, in milliseconds of waiting and of this process's CPU."""
    waited, worked = [], []
    for _ in range(CALLS + WARM_UP):
        began, busy = time.perf_counter(), time.process_time()
        await call()
        waited.append((time.perf_counter() - began) * 1000)
        worked.append((time.process_time() - busy) * 1000)
    p50, p95, cpu = _percentile(waited, 50), _percentile(waited, 95), _percentile(worked, 50)
    target = "" if target_ms is None else f"{target_ms:8.0f}  {'ok' if p95 <= target_ms else 'MISSED'}"
    print(f"{label:44}{p50:9.2f}{p95:9.2f}{cpu:9.2f}{target}", flush=True)


def _percentile(values: Sequence[float], percent: int) -> float:
    return quantiles(values[WARM_UP:], n=100)[percent - 1]


async def bench(big: BigDatabase) -> None:
    """Prints the table."""
    database = await Database.open(big.app_url)
    store = WorkspaceStore(database, big.workspace_id)
    busy = (await store.find_contacts(BUSY_CONTACT))[0].contact
    await store.save_persona(busy.key, _profile(busy))
    found = len((await store.load_history(busy.key, until=NOW)).interactions)
    print(f"{CONTACTS:,} contacts, {INTERACTIONS:,} interactions; milliseconds, {CALLS} calls each")
    print(f"{'':44}{'p50':>9}{'p95':>9}{'cpu p50':>9}{'target':>8}")

    async def select_1() -> None:
        async with database.workspace(big.workspace_id) as connection:
            await connection.execute(text("SELECT 1"))

    await measure("baseline: SELECT 1 through the same pool", select_1)
    await measure("name look-up, exact", _each(store, EXACT), target_ms=15)
    await measure("name look-up, misspelt or turned round", _each(store, MISSPELT), target_ms=15)
    await measure("name look-up, nonsense", _each(store, NONSENSE), target_ms=15)
    await measure(f"history of {found} interactions", lambda: store.load_history(busy.key, until=NOW), target_ms=25)
    await measure("stored answer by exact name", lambda: store.answer_stored(BUSY_CONTACT))
    await measure(f"metrics card of {found} interactions", _card_of(store, busy), target_ms=150)
    await database.close()


def _each(store: WorkspaceStore, queries: Sequence[str]) -> Call:
    in_turn = cycle(queries)
    return lambda: store.find_contacts(next(in_turn))


def _card_of(store: WorkspaceStore, contact: Contact) -> Call:
    """What `/persona` answers with when no persona is stored: history, metrics, benchmarks, drawn as a card."""
    embedder = StaticEmbedder()
    engine = Engine(store=store, embedder=embedder, rules=RulesWriter(embedder), model=None, clock=lambda: NOW)

    async def draw() -> object:
        return persona_card(await engine.measure(contact.key, as_of=NOW), now=NOW)

    return draw


def _profile(contact: Contact) -> Profile:
    persona = Persona(
        method=Method.BASIC,
        method_reason="bench",
        written_by=WrittenBy("rules"),
        written_at=NOW,
        role=Role(None, None, None, confirmed=False, source=""),
        facets={},
        abstained={},
        interactions_read=BUSY_INTERACTIONS,
    )
    insights = Insights(as_of=NOW, metrics={}, quality=Quality(0, ()))
    return Profile(contact=contact, insights=insights, persona=persona)


def main() -> None:
    """Runs the bench in the folder named on the command line, or in a temporary one."""
    with tempfile.TemporaryDirectory(prefix="pb-bench-") as temporary:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(temporary)
        with big_database(folder) as big:
            asyncio.run(bench(big))


if __name__ == "__main__":
    main()
