"""Opens a CRM folder and reads its files in blocks of good rows; each bad row is reported with its line and reason."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from persona.errors import ImportFolderError
from storage.crm.columns import Columnar, Columns
from storage.crm.layouts import CONTACTS, LAYOUTS, Layout
from storage.crm.records import read_chunks, read_header

_ZIP: Final = b"PK\x03\x04"  # how an .xlsx begins, whatever its name


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that was not imported, the physical line it begins on (the header is line 1), and why.

    `lacks` are the noun and external id of the row it names that isn't stored, where that is why.
    """

    file: str
    line: int
    reason: str
    lacks: tuple[str, str] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of about 32 KiB of a file by staging column, and how many of the file's bytes have been read by now."""

    columns: Columns
    bytes_read: int

    def __len__(self) -> int:
        return len(self.columns[0])


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
        told = f"{folder} is a file: name the folder it is in." if folder.exists() else f"There is no folder {folder}."
        raise ImportFolderError(told)
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
            if binary.read(4) == _ZIP:
                raise ImportFolderError(f"{layout.file} is a workbook. Save it as “CSV UTF-8 (comma delimited)”.")
            binary.seek(0)
            names, flaw = read_header(binary)
    except OSError as error:
        raise ImportFolderError(f"{path} can't be read: {error.strerror}.") from error
    except csv.Error as error:
        raise ImportFolderError(f"{layout.file} has no readable header row: {error}.") from error
    if flaw:
        raise ImportFolderError(f"{layout.file} can't be read as text: {flaw}. Save it as UTF-8 and import again.")
    header = tuple(name.strip().lower() for name in names)
    missing = [name for name in layout.required if name not in header]
    if missing and len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        raise ImportFolderError(f"{layout.file} is separated by “{_mark_of(header[0])}”. Save it separated by commas.")
    if missing:
        raise ImportFolderError(f"{layout.file} lacks {_columns(missing)} in its header row.")
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise ImportFolderError(f"{layout.file} has {_columns(twice)} more than once.")
    return CrmFile(path, layout, header)


def _mark_of(header: str) -> str:
    mark = max(";\t|", key=header.count)
    return "tab" if mark == "\t" else mark


def _columns(names: Sequence[str]) -> str:
    return f"the column{'s' if len(names) > 1 else ''} {', '.join(names)}"


def read_blocks(file: CrmFile, *, skip: Callable[[int, str], None]) -> Iterator[Block]:
    """The good rows in the file's order, in blocks; `skip` hears of each bad one: its line and the reason.

    A record that breaks RFC 4180, such as a quote that is never closed, costs its first line only: reading goes on with
    the next physical line. Raises OSError when the file can't be read any more.
    """
    columnar = Columnar(file.header, file.layout)
    with file.path.open("rb") as binary:
        header_read = False
        for chunk in read_chunks(binary, skip=skip):
            if not header_read:
                del chunk.records[0], chunk.lines[0]
                header_read = True
            yield Block(columnar.columns(chunk, skip), chunk.bytes_read)
