"""Turns records of a file into its staging columns: a whole column is checked at once, single values where it fails."""

import json
from collections.abc import Callable, Sequence
from typing import Final

from storage.crm.layouts import Column, Layout
from storage.crm.records import Chunk

_SHOWN: Final = 40

Columns = list[Sequence[str]]
"""A column per staging column of the layout, all as text: "" is unknown, the attributes are JSON objects."""


class Columnar:
    """The records of a file with this header as the staging columns of its layout."""

    def __init__(self, header: Sequence[str], layout: Layout) -> None:
        self._width = len(header)
        places = {name: place for place, name in enumerate(header)}
        # A column the file lacks is read from one past the last, where empty values are put.
        self._picked = [places.get(c.name, self._width) for c in layout.columns if c.stored_as]
        self._checked = [(places[c.name], c) for c in layout.columns if c.name in places and (c.check or c.required)]
        stored = {c.name for c in layout.columns if c.stored_as}
        self._kept = [(name, place) for name, place in places.items() if name and name not in stored]
        self._derived = layout.derived
        self._sources = [places.get(name, self._width) for name in layout.derived.sources] if layout.derived else []

    def columns(self, chunk: Chunk, skip: Callable[[int, str], None]) -> Columns:
        """The good rows; `skip` hears of each bad one: its line and the reason a person reads."""
        lines = chunk.lines[:-1]
        try:
            columns = self._at_once(chunk)
        except ValueError:
            lines, records = self._good(chunk, skip)
            columns = self._transposed(records)
        columns.append([""] * len(lines))
        return [
            list(map(str, lines)),
            *(columns[place] for place in self._picked),
            self._attributes(columns),
            *(self._derived.compute(*(columns[place] for place in self._sources)) if self._derived else ()),
        ]

    def _at_once(self, chunk: Chunk) -> Columns:
        """The columns of a chunk without a bad record; raises ValueError when it isn't surely one."""
        if chunk.flaws:
            raise ValueError("flaws")
        columns = self._transposed(chunk.records)
        for place, column in self._checked:
            columns[place] = _checked_column(column, columns[place])
        return columns

    def _transposed(self, records: Sequence[list[str]]) -> Columns:
        """The records' columns; raises ValueError when a record has another number of them than the header."""
        columns: Columns = list(zip(*records, strict=True)) if records else [()] * self._width
        if len(columns) != self._width:
            raise ValueError("width")
        return columns

    def _good(self, chunk: Chunk, skip: Callable[[int, str], None]) -> tuple[list[int], list[list[str]]]:
        """The good records with their lines, each value as its check gives it."""
        lines, records = list[int](), list[list[str]]()
        for place, record in enumerate(chunk.records):
            try:
                self._check(record, chunk.flaw(place))
            except ValueError as error:
                skip(chunk.lines[place], str(error))
            else:
                lines.append(chunk.lines[place])
                records.append(record)
        return lines, records

    def _check(self, record: list[str], flaw: str) -> None:
        if flaw:
            raise ValueError(flaw)
        if len(record) != self._width:
            raise ValueError(f"{len(record)} columns where the header has {self._width}")
        for place, column in self._checked:
            record[place] = _checked(column, record[place])

    def _attributes(self, columns: Columns) -> Sequence[str]:
        filled = [(name, columns[place]) for name, place in self._kept if any(columns[place])]
        if not filled:
            return columns[self._width]
        names = [name for name, _ in filled]
        rows = zip(*(column for _, column in filled), strict=True)
        return [_json({name: text for name, text in zip(names, row, strict=True) if text}) for row in rows]


def _checked_column(column: Column, texts: Sequence[str]) -> Sequence[str]:
    if column.required and not all(map(str.strip, texts)):
        raise ValueError(f"{column.name} is empty")
    return column.check.column(texts) if column.check else texts


def _checked(column: Column, text: str) -> str:
    if column.required and not text.strip():
        raise ValueError(f"{column.name} is empty")
    if not text or column.check is None:
        return text
    try:
        return column.check.value(text)
    except ValueError as error:
        shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        raise ValueError(f"{column.name} “{shown}” {error}") from None


def _json(kept: dict[str, str]) -> str:
    return json.dumps(kept, ensure_ascii=False) if kept else ""
