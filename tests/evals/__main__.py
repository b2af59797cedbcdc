"""Every quality figure in one table: `python -m tests.evals`. Also writes docs/quality.md."""

import argparse
import logging
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rich.console import Console

from tests.evals import parts
from tests.evals.bench.folder import generate
from tests.evals.harness import run_rules
from tests.evals.report import Row, as_markdown, commit_here, noted, print_table

ROOT: Final = Path(__file__).parents[2]
HISTORIES: Final = ROOT / "tests" / "evals" / "histories"
PEOPLE, SEED, SIMULATED = 24, 7, 3000


def main() -> None:
    """Measures, prints, writes. Missing a target is no error: the table says so."""
    parser = argparse.ArgumentParser(prog="python -m tests.evals", description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", help="where personas-dev lies")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "quality.md")
    asked = parser.parse_args()
    logging.disable(logging.INFO)
    started, console = time.perf_counter(), Console(width=max(Console().width, 130))
    with tempfile.TemporaryDirectory(prefix="pb-") as work:
        rows = list(_measure(asked.data / "personas-dev", Path(work), console))
    print_table(rows, console)
    seconds = time.perf_counter() - started
    page = as_markdown(
        rows, date=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC", commit=commit_here(), command="make eval", seconds=seconds
    )
    asked.out.write_text(page, encoding="utf-8")
    console.print(f"Written to {asked.out} after {seconds:.0f} s.", highlight=False)


def _measure(dev: Path, work: Path, console: Console) -> Iterator[Row]:
    """All parts in turn; what needs personas-dev is skipped with a reason where it is absent."""
    folder, scorer = work / "bench", dev / "score.py"
    generate(folder, people=PEOPLE, seed=SEED)
    runs = {}
    for corpus in (dev, HISTORIES, folder):
        if (corpus / "truth.json").is_file():
            console.print(f"writing the personas of {corpus.name}", style="dim")
            runs[corpus] = run_rules(corpus)
    if dev in runs:
        yield from parts.corpus("personas-dev, rules writer", dev, runs[dev], scorer, work=work)
    else:
        yield noted("personas-dev, rules writer", "all of it", f"skipped: {dev} is not there")
    if HISTORIES in runs:
        yield from parts.corpus("tests/evals/histories, rules writer", HISTORIES, runs[HISTORIES], scorer, work=work)
    console.print("scoring the benchmark's writers", style="dim")
    yield from parts.bench(folder, runs[folder])
    console.print("simulating people", style="dim")
    yield from parts.coverage(SIMULATED, seed=SEED)
    console.print("writing everything again, shuffled, re-formatted and by halves", style="dim")
    yield from parts.stability({c: run for c, run in runs.items() if c != folder}, work=work)
    yield from parts.retrieval(runs)
    console.print("planting lies", style="dim")
    yield from parts.lies()
    yield from parts.cost(list(runs.values()))


if __name__ == "__main__":
    main()
