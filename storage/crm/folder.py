"""Reads a CRM folder row by row: checks every value, and reports each bad row with its file, line and reason.

Memory is bounded by a line and a field of 16 MiB, whatever the files hold.
"""

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO, Final

from persona.errors import ImportFolderError
from storage.crm.layouts import CONTACTS, LAYOUTS, Layout
from storage.crm.values import Check

FIELD_LIMIT: Final = 1 << 24
BLOCK_BYTES: Final = 1 << 18
_SHOWN: Final = 40

Row = tuple[str, ...]
"""A row as its layout's `staged` columns, all as text: "" is unknown, the attributes are a JSON object."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that was not imported, the physical line it begins on (the header is line 1), and why."""

    file: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of about 256 KiB of a file, and how many of its bytes have been read by now."""

    rows: list[Row]
    bytes_read: int


@dataclass(frozen=True, slots=True)
class CrmFile:
    """A file of the folder whose header has every column it needs. `header` are its columns in the file's order."""

    path: Path
    layout: Layout
    header: tuple[str, ...]

    @property
    def size(self) -> int:
        """Bytes, for progress."""
        return self.path.stat().st_size


def open_folder(folder: Path) -> tuple[CrmFile, ...]:
    """The folder's files, parents first; raises ImportFolderError that names everything wrong with it at once.

    Wrong are: no folder, no contacts.csv, a file that can't be read, and a file without one of its needed columns.
    Files the format doesn't know are left alone.
    """
    if not folder.is_dir():
        raise ImportFolderError(f"There is no folder {folder}.")
    if not (folder / CONTACTS.file).is_file():
        raise ImportFolderError(f"{folder} is not a CRM folder: it has no {CONTACTS.file}.")
    files: list[CrmFile] = []
    wrong: list[str] = []
    for layout in LAYOUTS:
        path = folder / layout.file
        if not path.is_file():
            continue
        try:
            files.append(_open_file(path, layout))
        except ImportFolderError as error:
            wrong.append(error.user_message)
    if wrong:
        raise ImportFolderError(" ".join(wrong))
    return tuple(files)


def _open_file(path: Path, layout: Layout) -> CrmFile:
    try:
        with path.open("rb") as binary:
            lines = _Lines(binary)
            header = tuple(name.strip().lower() for name in next(_parser(lines), ()))
    except OSError as error:
        raise ImportFolderError(f"{path} can't be read: {error.strerror}.") from error
    except csv.Error as error:
        raise ImportFolderError(f"{layout.file} has no readable header row: {error}.") from error
    if lines.flaw:
        raise ImportFolderError(f"{layout.file} is not UTF-8 text: {lines.flaw}. Save it as UTF-8 and import again.")
    missing = [name for name in layout.required if name not in header]
    if missing:
        raise ImportFolderError(f"{layout.file} lacks the column {', '.join(missing)} in its header row.")
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise ImportFolderError(f"{layout.file} has the column {', '.join(twice)} more than once.")
    return CrmFile(path, layout, header)


def read_blocks(file: CrmFile, *, skip: Callable[[int, str], None]) -> Iterator[Block]:
    """The good rows in the file's order, in blocks; `skip` hears of each bad one: its line and the reason.

    A record that breaks RFC 4180, such as a quote that is never closed, costs its first line only: reading goes on with
    the next physical line. Raises OSError when the file can't be read any more.
    """
    shape, rows, reported = _Shape(file), list[Row](), 0
    with file.path.open("rb") as binary:
        lines = _Lines(binary)
        records = _records(lines, skip)
        next(records)
        for line, record in records:
            try:
                rows.append(shape.row(line, record, lines.flaw))
            except ValueError as error:
                skip(line, str(error))
            if lines.offset - reported >= BLOCK_BYTES:
                yield Block(rows, lines.offset)
                rows, reported = [], lines.offset
        yield Block(rows, lines.offset)


def _records(lines: "_Lines", skip: Callable[[int, str], None]) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line it begins on; blank lines are none."""
    parser = _parser(lines)
    while True:
        line, offset, lines.flaw = lines.number + 1, lines.offset, ""
        try:
            record = next(parser, None)
        except csv.Error as error:
            skip(line, f"not valid CSV: {error}")
            lines.resume_after(line, offset)
            continue
        if record is None:
            return
        if record:
            yield line, record


def _parser(lines: "_Lines") -> Iterator[list[str]]:
    csv.field_size_limit(FIELD_LIMIT)
    return csv.reader(lines, strict=True)


class _Lines:
    """The lines of a file as text. `number` is the last one's, from 1; `flaw` what is wrong with a record's bytes."""

    def __init__(self, binary: BinaryIO) -> None:
        self._binary = binary
        self.number = 0
        self.offset = 0
        self.flaw = ""

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        raw = self._binary.readline(FIELD_LIMIT)
        if not raw:
            raise StopIteration
        self.number += 1
        self.offset += len(raw)
        if b"\0" in raw:
            self.flaw = f"a NUL byte on line {self.number}"
        try:
            text = raw.decode()
        except UnicodeDecodeError as error:
            self.flaw = f"not UTF-8: byte 0x{raw[error.start]:02X} on line {self.number}"
            text = raw.decode(errors="replace")
        return text.removeprefix("\ufeff") if self.number == 1 else text

    def resume_after(self, number: int, offset: int) -> None:
        """Goes on with the line after the one of this number that begins at this offset."""
        self._binary.seek(offset)
        self.number = number
        self.offset = offset + len(self._binary.readline(FIELD_LIMIT))


class _Shape:
    """Turns a record into a row of its layout's staging columns."""

    def __init__(self, file: CrmFile) -> None:
        header, layout = file.header, file.layout
        self._width = len(header)
        places = {name: place for place, name in enumerate(header)}
        # A column the file lacks is read from one past the record's end, where an empty value is put.
        self._pick = itemgetter(*(places.get(c.name, self._width) for c in layout.columns if c.stored_as))
        self._checks: list[tuple[int, str, Check | None, bool]] = [
            (places[c.name], c.name, c.check, c.required)
            for c in layout.columns
            if c.name in places and (c.check or c.required)
        ]
        stored = {c.name for c in layout.columns if c.stored_as}
        self._kept = [(name, place) for name, place in places.items() if name and name not in stored]
        self._derived = layout.derived
        sources = layout.derived.sources if layout.derived else ()
        self._sources = [places.get(name, self._width) for name in sources]

    def row(self, line: int, record: list[str], flaw: str) -> Row:
        """The row; raises ValueError with the reason a person reads."""
        if flaw:
            raise ValueError(flaw)
        if len(record) != self._width:
            raise ValueError(f"{len(record)} columns where the header has {self._width}")
        self._check(record)
        record.append("")
        return (str(line), *self._pick(record), self._attributes(record), *self._computed(record))

    def _check(self, record: list[str]) -> None:
        for place, name, check, required in self._checks:
            text = record[place]
            if required and (not text or text.isspace()):
                raise ValueError(f"{name} is empty")
            if text and check is not None:
                try:
                    record[place] = check(text)
                except ValueError as error:
                    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
                    raise ValueError(f"{name} “{shown}” {error}") from None

    def _attributes(self, record: Sequence[str]) -> str:
        kept = {name: record[place] for name, place in self._kept if record[place]}
        return json.dumps(kept, ensure_ascii=False) if kept else ""

    def _computed(self, record: Sequence[str]) -> Sequence[str]:
        if self._derived is None:
            return ()
        return self._derived.compute(*(record[place] for place in self._sources))
