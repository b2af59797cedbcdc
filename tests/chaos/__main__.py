"""Chaos: real processes, one PostgreSQL, everything that can break. `python -m tests.chaos [ROUNDS] [SEED]`

A run of 200 rounds or more is written to docs/chaos.md.
Exit code 1 when anything accepted was lost or doubled, a rating is wrong, or the queue doesn't empty.
"""

import asyncio
import logging
import os
import secrets
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import psutil
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests.chaos.fleet import ROOT
from tests.chaos.ledger import Verdict
from tests.chaos.page import ENDS, as_page
from tests.chaos.run import Outcome, Plan, run
from tests.evals.report import commit_here

_SHOWN = 20
_WHOLE = 200
_PAGE = ROOT / "docs" / "chaos.md"


def main() -> int:
    """Runs and prints the table; the exit code."""
    logging.getLogger("aiohttp").setLevel(logging.CRITICAL)  # connections cut on purpose
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else secrets.randbelow(10_000)
    logs = Path(tempfile.mkdtemp(prefix="pb-chaos-"))
    console = Console(width=120)
    console.print(f"Chaos: {rounds} rounds, SEED={seed}, logs in {logs}", highlight=False)
    outcome = asyncio.run(run(Plan(rounds, seed), logs=logs))
    report(outcome, console)
    if rounds >= _WHOLE:
        machine = f"{os.cpu_count()} cores and {psutil.virtual_memory().total / 2**30:.0f} GB"
        _PAGE.write_text(as_page(outcome, when=f"{datetime.now(UTC):%d %B %Y}", commit=commit_here(), machine=machine))
    return 0 if outcome.good else 1


def report(outcome: Outcome, console: Console) -> None:
    """The tables, then what is wrong, in words."""
    verdict = outcome.verdict
    console.print(_faults(outcome), _found(verdict), _said(verdict))
    console.print(
        f"lost {len(verdict.lost)}, doubled {len(verdict.doubled)}, ratings wrong {len(outcome.wrong_ratings)} of "
        f"{outcome.ratings}; queue: {outcome.left} left after {outcome.drained_s:.0f} s, {outcome.failed} failed; "
        f"processes that ended by themselves: {dict(outcome.fell) or 'none'}",
        highlight=False,
    )
    console.print(f"failures that Slack showed: {dict(+verdict.failures) or 'none'}", highlight=False)
    for name, wrong in (("lost", verdict.lost), ("doubled", verdict.doubled), ("rating", outcome.wrong_ratings)):
        for one in wrong[:_SHOWN]:
            console.print(f"  {name}: {one}", highlight=False, markup=False)


def _faults(outcome: Outcome) -> Table:
    table = Table(title=f"{outcome.plan.rounds} rounds in {outcome.seconds:.0f} s, seed {outcome.plan.seed}")
    table.add_column("fault")
    table.add_column("times", justify="right")
    for name, times in sorted(outcome.troubles.items()):
        table.add_row(name, str(times))
    if not outcome.disk:
        table.add_row("disk full", "not here: it needs root")
    return table


def _found(verdict: Verdict) -> Table:
    table = Table(title="What people asked, and what they got")
    for name in ("kind", "accepted", *ENDS):
        table.add_column(name, justify="left" if name == "kind" else "right")
    for kind in sorted(verdict.accepted | verdict.refused):
        counts = (verdict.accepted, verdict.cards, verdict.told, verdict.refused, verdict.after_all, verdict.both)
        table.add_row(kind, *(f"{count[kind]:,}" for count in counts))
    return table


def _said(verdict: Verdict) -> Table:
    table = Table(title="Failures, as people read them")
    table.add_column("sentence")
    table.add_column("times", justify="right")
    for words, times in verdict.words.most_common(_SHOWN):
        table.add_row(escape(words), str(times))
    return table


if __name__ == "__main__":
    sys.exit(main())
