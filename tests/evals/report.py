"""The quality table: what was measured beside what it should be, in the terminal and as docs/quality.md."""

import math
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

_HEAD: Final = ("what", "target", "measured", "")
_MARKS: Final = {True: "ok", False: "MISSED", None: ""}


@dataclass(frozen=True, slots=True)
class Row:
    """One line. `holds` is None where there is no target, or nothing could be measured."""

    part: str
    what: str
    target: str
    measured: str
    holds: bool | None = None


def at_least(part: str, what: str, value: float, target: float) -> Row:
    """A figure that should be no lower."""
    return Row(part, what, f"≥ {target:g}", shown(value), holds=value >= target)


def at_most(part: str, what: str, value: float, target: float) -> Row:
    """A figure that should be no higher."""
    return Row(part, what, f"≤ {target:g}", shown(value), holds=value <= target)


def between(part: str, what: str, value: float, low: float, high: float) -> Row:
    """A figure that should lie within."""
    return Row(part, what, f"{low:g}-{high:g}", shown(value), holds=low <= value <= high)


def noted(part: str, what: str, measured: str) -> Row:
    """A figure without a target, or a reason why there is none."""
    return Row(part, what, "", measured)


def shown(value: float) -> str:
    """Three decimals; whole numbers without."""
    if math.isnan(value):
        return "-"
    return f"{value:,.0f}" if value == int(value) and abs(value) > 1 else f"{value:.3f}"


def print_table(rows: Sequence[Row], console: Console) -> None:
    """One table, a section a part."""
    table = Table(title="Quality", title_justify="left", title_style="bold", box=None, pad_edge=False)
    for name in _HEAD:
        table.add_column(name, justify="right" if name in {"target", "measured"} else "left", overflow="fold")
    part = ""
    for row in rows:
        if row.part != part:
            part = row.part
            table.add_row()
            table.add_row(f"[bold]{part}[/]")
        style = "red" if row.holds is False else "green" if row.holds else ""
        table.add_row(f"  {row.what}", row.target, row.measured, _MARKS[row.holds], style=style)
    console.print(table)


def commit_here() -> str:
    """The commit that is checked out, "-dirty" when files differ from it."""
    asked, here = ["git", "describe", "--always", "--dirty"], Path(__file__).parent
    found = subprocess.run(asked, cwd=here, check=False, capture_output=True, text=True)
    return found.stdout.strip() or "unknown"


def as_markdown(rows: Sequence[Row], *, date: str, commit: str, command: str, seconds: float) -> str:
    """The page docs/quality.md, with when, on which commit and how it was made."""
    missed = sum(row.holds is False for row in rows)
    judged = sum(row.holds is not None for row in rows)
    lines = [
        "# Quality, as measured",
        "",
        f"Made by `{command}` on {date}, commit {commit}, in {seconds:.0f} s. {judged - missed} of {judged} targets "
        f"are met{', the others marked MISSED' if missed else ''}. Don't edit it: run the command again.",
        *_HOW.split("\n"),
    ]
    part = ""
    for row in rows:
        if row.part != part:
            part = row.part
            lines += ["", f"## {part}", "", "| what | target | measured | |", "| --- | ---: | ---: | --- |"]
        lines.append(f"| {row.what} | {row.target} | {row.measured} | {_MARKS[row.holds]} |")
    return "\n".join(lines) + "\n"


_HOW: Final = """
How to read it: **recall** is the share of things a good persona holds that ours holds, in the facet meant and citing
the right mail; **precision** the share of claims that rest on such a thing; **attribution** the share of quotes given
as the contact's that stand in what they wrote themselves; **forbidden** what must never appear (a rep's guess, a
colleague's words, another's signature, an order to a machine, private matters, what was taken back); **abstention** the
share of facets left empty that have nothing to hold. **Coverage** is how often a 90 % interval holds the law a made-up
person acts by; **agreement** the share of one run's claims that the other run bears out: same facet, same passage or
figure. The scorers are in tests/evals; the written corpora are scored with the scorer that came with them where it is
at hand."""
