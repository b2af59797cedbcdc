"""How long the rules take for a contact of 500 interactions, stage by stage: `python -m tests.bench.bench_rules`.

The contact's words are those of the sample CRM's people, one after another, so that none repeats for long.
"""

import asyncio
import csv
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from statistics import quantiles
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from bot.evaluating import throwaway_services
from bot.importing import import_with_progress
from bot.settings import load_settings
from bot.wiring import Services
from persona.grounding import check_draft
from persona.insights import build_insights
from persona.model import Brief
from persona.retrieval import fuse, select_passages
from persona.roles import infer_role
from persona.signatures import without_signatures
from persona.sought import prototypes, search_terms
from persona.writing import PASSAGES_PER_FACET

INTERACTIONS: Final = 500
RUNS: Final = 20
TARGET_MS: Final = 300.0
SAMPLE: Final = Path("storage/sample")
NOW: Final = datetime(2026, 11, 1, tzinfo=UTC)
COLUMNS: Final = ("external_id", "contact_id", "thread_id", "direction", "sent_at", "subject", "body")


def write_folder(folder: Path) -> None:
    """A CRM folder of one contact with 500 mails, two thirds theirs."""
    (folder / "contacts.csv").write_text("external_id,name,company\nC1,Busy Contact,Acme\n", encoding="utf-8")
    with (folder / "emails.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for n, (subject, body) in enumerate(islice(cycle(_mails()), INTERACTIONS)):
            direction = "outbound" if n % 3 == 2 else "inbound"
            at = NOW - timedelta(days=1 + n)
            writer.writerow((f"E{n}", "C1", f"T{n // 3}", direction, at.isoformat(), subject, body))


def _mails() -> Iterator[tuple[str, str]]:
    with (SAMPLE / "emails.csv").open(encoding="utf-8", newline="") as file:
        yield from ((row["subject"], row["body"]) for row in csv.DictReader(file) if row["direction"] == "inbound")


class Stages:
    """The contact, and each stage of writing their persona by rules."""

    def __init__(self, services: Services, workspace_id: int, contact_key: int) -> None:
        self._embedder, self._rules = services.embedder, services.rules
        self._store, self._engine = services.store(workspace_id), services.engine(workspace_id)
        self._key = contact_key
        self.done: dict[str, Any] = {}

    async def history(self) -> None:
        """Reads all there is."""
        self.done["history"] = without_signatures(await self._store.load_history(self._key, until=NOW))

    async def metrics(self) -> None:
        """The figures."""
        self.done["insights"] = build_insights(self.done["history"], now=NOW, benchmarks=())

    async def evidence(self) -> None:
        """Finds and cuts the passages."""
        history, wanted = self.done["history"], await prototypes(self._embedder)
        limits = {"until": NOW, "per_facet": PASSAGES_PER_FACET}
        nearest, matching = await asyncio.gather(
            self._store.nearest_passages(self._key, wanted, model=self._embedder.name, **limits),
            self._store.matching_passages(self._key, search_terms(), **limits),
        )
        passages = await select_passages(history, fuse(nearest, matching), wanted, self._embedder, now=NOW)
        self.done["brief"] = Brief(
            contact=history.contact,
            role=infer_role(history),
            insights=self.done["insights"],
            deals=history.deals,
            passages=passages,
            now=NOW,
        )

    async def writing(self) -> None:
        """The rules writer."""
        self.done["draft"] = await self._rules.write(self.done["brief"])

    async def check(self) -> None:
        """Every claim against its evidence."""
        check_draft(self.done["draft"], self.done["brief"], self.done["history"], now=NOW)

    async def whole(self) -> None:
        """All of it as a rep asks for it, similar contacts found and the version stored too."""
        await self._engine.ask(self._key, writer="rules", fresh=True)


async def timed(stage: Callable[[], Awaitable[None]]) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds, after one run that warms up."""
    await stage()
    took = []
    for _ in range(RUNS):
        start = time.perf_counter()
        await stage()
        took.append((time.perf_counter() - start) * 1000)
    return quantiles(took, n=20)[9], quantiles(took, n=20)[-1]


async def measure() -> Table:
    """The table."""
    table = Table(title=f"A persona by rules from {INTERACTIONS} interactions, milliseconds", title_justify="left")
    for heading in ("stage", "p50", "p95", "target"):
        table.add_column(heading, justify="left" if heading == "stage" else "right")
    async with throwaway_services(load_settings()) as services:
        workspace_id = await services.default_workspace()
        with tempfile.TemporaryDirectory() as folder:
            write_folder(Path(folder))
            await import_with_progress(services, Path(folder), source="bench", console=Console(quiet=True))
        contact = await services.engine(workspace_id).resolve("Busy Contact")
        stages = Stages(services, workspace_id, contact.key)
        names = ("history", "metrics", "evidence", "writing", "check")
        found = {name: await timed(getattr(stages, name)) for name in names}
        table.add_row("baseline: reading the history", *(f"{ms:.0f}" for ms in found["history"]), "")
        for name in names[1:]:
            late = "ok" if found[name][1] <= TARGET_MS else "MISSED"
            target = f"<= {TARGET_MS:.0f} {late}" if name == "writing" else ""
            table.add_row(name, *(f"{ms:.0f}" for ms in found[name]), target)
        table.add_row("all, as a rep asks for it", *(f"{ms:.0f}" for ms in await timed(stages.whole)), "")
    return table


if __name__ == "__main__":
    Console().print(asyncio.run(measure()))
