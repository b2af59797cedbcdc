"""The same CRM folder written otherwise: rows in another order, mail in another format, half of the threads."""

import csv
import random
import shutil
import textwrap
import zlib
from collections.abc import Callable
from pathlib import Path

Row = dict[str, str]
_TEXTS = {"emails": ("subject", "body"), "activities": ("body",), "comments": ("body",)}
_WIDTH = 68


def shuffled(folder: Path, out: Path, *, seed: int) -> Path:
    """The rows of every file in another order."""
    order = random.Random(seed)

    def mix(_: str, rows: list[Row]) -> list[Row]:
        return order.sample(rows, len(rows))

    return _rewritten(folder, out, mix)


def reformatted(folder: Path, out: Path) -> Path:
    """Every text as another mail client sends it: CRLF, lines wrapped, hard blanks, typographic quotes, blank ends."""

    def reformat(name: str, rows: list[Row]) -> list[Row]:
        columns = [c for c in _TEXTS.get(name, ()) if c == "body"]
        return [{**row, **{column: _reformat(row.get(column, "")) for column in columns}} for row in rows]

    return _rewritten(folder, out, reformat)


def half(folder: Path, out: Path, *, which: int) -> Path:
    """Every second thread and every second call and note, by a hash of their ids; the rest as it is."""

    def keep(name: str, rows: list[Row]) -> list[Row]:
        if name not in {"emails", "activities", "comments"}:
            return rows
        return [row for row in rows if _side(row.get("thread_id") or row["external_id"]) == which]

    return _rewritten(folder, out, keep)


def _side(key: str) -> int:
    return zlib.crc32(key.encode()) % 2


def _reformat(text: str) -> str:
    lines = [part for line in text.split("\n") for part in _wrapped(line)]
    curly = "\r\n".join(f"{line} " if line else line for line in lines).replace("'", "\u2019")
    words = curly.split(" ")
    # Every fifth blank a hard one, as pasted HTML has them.
    return "".join(w if i == 0 else ("\u00a0" if i % 5 == 0 else " ") + w for i, w in enumerate(words))


def _wrapped(line: str) -> list[str]:
    """A line wrapped as mail clients do; quoted lines and header lines keep their own."""
    if len(line) <= _WIDTH or line.startswith(">") or ":" in line[:12]:
        return [line]
    return textwrap.wrap(line, _WIDTH, break_long_words=False, break_on_hyphens=False)


def _rewritten(folder: Path, out: Path, change: Callable[[str, list[Row]], list[Row]]) -> Path:
    out.mkdir(parents=True)
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            columns, rows = list(reader.fieldnames or ()), list(reader)
        with (out / path.name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(change(path.stem, rows))
    if (folder / "truth.json").exists():
        shutil.copyfile(folder / "truth.json", out / "truth.json")
    return out
