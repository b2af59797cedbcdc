"""Reads the records of a CSV file in chunks, each record with the physical line it begins on (the header is line 1).

Memory is bounded by a line and a field of 16 MiB, whatever the file holds.
"""

import csv
import io
from bisect import bisect_right
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO, Final

if TYPE_CHECKING:
    from _csv import Reader as CsvReader

FIELD_LIMIT: Final = 1 << 24
# So small that a block stays in the processor's cache, and below the objects after which Python collects garbage.
BLOCK_BYTES: Final = 1 << 15
_FIRST_BYTES: Final = 1 << 12


@dataclass(frozen=True, slots=True)
class Chunk:
    """Records of about 32 KiB and where they stand.

    `lines` are the lines they begin on, and at the end the line after the last. `flaws` says by line what is wrong with
    the bytes there. `bytes_read` are those of the file so far.
    """

    records: list[list[str]]
    lines: list[int]
    flaws: Mapping[int, str]
    bytes_read: int

    def flaw(self, place: int) -> str:
        """What is wrong with the bytes of the record at this place; "" when nothing is."""
        numbers = range(self.lines[place], self.lines[place + 1])
        return next((self.flaws[number] for number in numbers if number in self.flaws), "") if self.flaws else ""


def read_chunks(binary: BinaryIO, *, skip: Callable[[int, str], None]) -> Iterator[Chunk]:
    """The records in the file's order, the header first; blank lines are none.

    A record that breaks RFC 4180, such as a quote that is never closed, costs its first line only: `skip` hears of it,
    and reading goes on with the next physical line. Raises OSError when the file can't be read any more.
    """
    text, line = _Text(binary), 1
    while line:
        line = yield from _chunks_until_error(text, line, skip)
        if line:
            text.resume_at(line)


def read_header(binary: BinaryIO) -> tuple[list[str], str]:
    """The first record, and what is wrong with its bytes; raises csv.Error."""
    text = _Text(binary)
    parser = _parser(text)
    record: list[str] = next(parser, [])
    return record, Chunk([record], [1, parser.line_num + 1], text.flaws, 0).flaw(0)


def _chunks_until_error(text: "_Text", line: int, skip: Callable[[int, str], None]) -> Generator[Chunk, None, int]:
    """The chunks from this line on; returns the line to resume at after an error, 0 at the file's end."""
    parser, before, reported = _parser(text), line - 1, text.offset
    records, lines = list[list[str]](), list[int]()
    resume_at = 0
    try:
        for record in parser:
            if record:
                records.append(record)
                lines.append(line)
            line = before + parser.line_num + 1
            if text.offset != reported:
                yield Chunk(records, [*lines, line], text.flaws, text.offset)
                records, lines, reported = [], [], text.offset
                text.forget(before=line)
    except csv.Error as error:
        skip(line, f"not valid CSV: {error}")
        resume_at = line + 1
    yield Chunk(records, [*lines, line], text.flaws, text.offset)
    return resume_at


def _parser(text: "_Text") -> "CsvReader":
    csv.field_size_limit(FIELD_LIMIT)
    return csv.reader(iter(text), strict=True)


class _Text:
    """The lines of a file as text, decoded a block at a time. `offset` is where the next block begins."""

    def __init__(self, binary: BinaryIO) -> None:
        self._binary = binary
        self._line = 1
        self._starts: list[tuple[int, int]] = []
        self._block_bytes = _FIRST_BYTES
        self.offset = 0
        self.flaws: dict[int, str] = {}

    def __iter__(self) -> Iterator[str]:
        return chain.from_iterable(self._blocks())

    def resume_at(self, line: int) -> None:
        """Goes on with a line that has been read, or the one after: first with a small block, for errors come in
        flocks.
        """
        self._line, self.offset = self._starts[bisect_right(self._starts, line, key=lambda start: start[0]) - 1]
        self._binary.seek(self.offset)
        while self._line < line and (raw := self._binary.readline(FIELD_LIMIT)):
            self._line += 1
            self.offset += len(raw)
        self._starts = []
        self._block_bytes = _FIRST_BYTES

    def forget(self, *, before: int) -> None:
        """Lets go of what is known of lines whose records have been handed on."""
        self.flaws = {line: flaw for line, flaw in self.flaws.items() if line >= before}
        self._starts = self._starts[-1:] if self._starts[-1][0] <= before else self._starts[-2:]

    def _blocks(self) -> Iterator[io.StringIO]:
        while raw := self._binary.read(self._block_bytes):
            if not raw.endswith(b"\n"):
                raw += self._binary.readline(FIELD_LIMIT)
            self._starts.append((self._line, self.offset))
            text = self._decoded(raw)
            # A piece of a line over the limit counts as a line, as it does for the parser.
            self._line += raw.count(b"\n") + (not raw.endswith(b"\n"))
            self.offset += len(raw)
            self._block_bytes = min(self._block_bytes * 2, BLOCK_BYTES)
            yield io.StringIO(text, newline="\n")

    def _decoded(self, raw: bytes) -> str:
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            text = raw.decode(errors="replace")
            self._note_flaws(raw)
        if "\0" in text:
            self._note_flaws(raw)
        return text.removeprefix("\ufeff") if self._line == 1 else text

    def _note_flaws(self, raw: bytes) -> None:
        for number, line in enumerate(raw.split(b"\n"), self._line):
            if b"\0" in line:
                self.flaws[number] = f"a NUL byte on line {number}"
            try:
                line.decode()
            except UnicodeDecodeError as error:
                self.flaws[number] = f"not UTF-8: byte 0x{line[error.start]:02X} on line {number}"
