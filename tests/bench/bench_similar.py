"""How fast and how right similar contacts are found among very many: `python -m tests.bench.bench_similar`.

200,000 profile vectors of one workspace in 500 clusters, 50,000 of another in the same index. Exact, every vector is
compared; by the index, its candidates are. Filling and indexing take some minutes.
"""

import asyncio
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

import numpy as np
import psycopg
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from storage.database import Database
from storage.embedded import DATABASE, EmbeddedServer
from storage.migrations.prerequisites import APP_ROLE
from storage.patterns import PROFILE_DIMENSIONS, nearest_contacts
from storage.schema import migrate

LARGE, SMALL, OTHER = 200_000, 100_000, 50_000
CLUSTERS, PROBES = 500, 60
TARGET_MS, TARGET_RECALL = 15.0, 0.95
NEVER, ALWAYS = 10_000_000, 0

Vectors = NDArray[np.float32]


class Clusters:
    """Profile vectors around 500 centres, from a seed."""

    def __init__(self) -> None:
        self._random = np.random.default_rng(7)
        self._centres = self._random.normal(size=(CLUSTERS, PROFILE_DIMENSIONS)).astype(np.float32)

    def draw(self, n: int) -> Vectors:
        """n vectors, float32, shape (n, PROFILE_DIMENSIONS)."""
        near = self._centres[self._random.integers(0, CLUSTERS, n)]
        return near + self._random.normal(scale=0.9, size=near.shape).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Filled:
    """A workspace full of contacts, and one of them."""

    workspace_id: int
    contact_key: int


def fill(owner_url: str, clusters: Clusters) -> dict[str, Filled]:
    """The workspaces by name, filled with contacts and vectors, indexed."""
    made: dict[str, Filled] = {}
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("SET maintenance_work_mem = '1GB'")
        owner.execute("ALTER TABLE behavioral_patterns DISABLE TRIGGER ALL")
        (definition,) = owner.execute(  # type: ignore[misc]
            "SELECT indexdef FROM pg_indexes WHERE indexname = 'ix_behavioral_patterns_nearest'"
        ).fetchone()
        owner.execute("DROP INDEX ix_behavioral_patterns_nearest")
        for name, n in (("large", LARGE), ("small", SMALL), ("other", OTHER)):
            made[name] = fill_workspace(owner, name, clusters.draw(n))
        owner.execute(definition)
        owner.execute("ANALYZE")
    return made


def fill_workspace(owner: psycopg.Connection, name: str, vectors: Vectors) -> Filled:
    """The new workspace with a contact for each vector."""
    row = owner.execute("INSERT INTO workspaces (name) VALUES (%s) RETURNING workspace_id", [name]).fetchone()
    workspace_id = int(row[0]) if row else 0
    owner.execute(
        "INSERT INTO contacts (workspace_id, source, external_id, name)"
        " SELECT %s, 'bench', i, 'N' || i FROM generate_series(1, %s) i",
        [workspace_id, len(vectors)],
    )
    keys = owner.execute("SELECT id FROM contacts WHERE workspace_id = %s ORDER BY id", [workspace_id]).fetchall()
    columns = "workspace_id, contact_id, as_of, model, insights, behaviour, profile"
    with owner.cursor().copy(f"COPY behavioral_patterns ({columns}) FROM STDIN") as copy:
        for (key,), vector in zip(keys, vectors, strict=True):
            copy.write_row(
                (workspace_id, key, "2026-01-01", "m", "{}", "[0,0]", str([round(float(x), 4) for x in vector]))
            )
    return Filled(workspace_id, keys[0][0])


def searches(database: Database, filled: Filled, exact_up_to: int) -> Callable[[Vectors], Awaitable[list[str]]]:
    """Finds the ten nearest contacts' external ids."""

    async def search(vector: Vectors) -> list[str]:
        async with database.workspace(filled.workspace_id) as connection:
            found = await nearest_contacts(
                connection,
                filled.workspace_id,
                filled.contact_key,
                vector,
                until=datetime.now(UTC),
                limit=10,
                exact_up_to=exact_up_to,
            )
        return [neighbour.contact.contact_id for neighbour in found.nearest]

    return search


async def timed(search: Callable[[Vectors], Awaitable[list[str]]], probes: Vectors) -> tuple[list[list[str]], float]:
    """What is found for each probe, and the 95th percentile in milliseconds."""
    for probe in probes[:5]:
        await search(probe)
    found, took = [], []
    for probe in probes:
        start = time.perf_counter()
        found.append(await search(probe))
        took.append(time.perf_counter() - start)
    return found, quantiles(took, n=20)[-1] * 1000


async def measure(app_url: str, workspaces: dict[str, Filled], probes: Vectors) -> Table:
    """The table of exact and indexed search."""
    database = await Database.open(app_url)
    right, exact_ms = await timed(searches(database, workspaces["large"], NEVER), probes)
    found, index_ms = await timed(searches(database, workspaces["large"], ALWAYS), probes)
    _, small_ms = await timed(searches(database, workspaces["small"], NEVER), probes)
    await database.close()
    recall = float(np.mean([len(set(a) & set(b)) / 10 for a, b in zip(right, found, strict=True)]))
    table = Table(title="Ten similar contacts", title_justify="left")
    for heading in ("search", "vectors", "p95 ms", "recall@10", "target"):
        table.add_column(heading, justify="left" if heading == "search" else "right")
    table.add_row("baseline: every vector compared", f"{LARGE:,}", f"{exact_ms:.1f}", "1.000", "")
    table.add_row(
        "by the index", f"{LARGE:,}", f"{index_ms:.1f}", f"{recall:.3f}", f"<= {TARGET_MS}, >= {TARGET_RECALL}"
    )
    table.add_row("every vector compared", f"{SMALL:,}", f"{small_ms:.1f}", "1.000", "")
    return table


def main() -> None:
    """Prints the table."""
    home = Path(tempfile.mkdtemp(prefix="pb-"))
    clusters = Clusters()
    try:
        with EmbeddedServer(home) as server:
            migrate(server.url("postgres", DATABASE))
            start = time.perf_counter()
            workspaces = fill(server.url("postgres", DATABASE), clusters)
            filled = time.perf_counter() - start
            table = asyncio.run(measure(server.url(APP_ROLE, DATABASE), workspaces, clusters.draw(PROBES)))
            Console().print(table)
            Console().print(f"filled and indexed in {filled:.0f} s")
    finally:
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
