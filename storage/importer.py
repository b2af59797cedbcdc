"""Imports a CRM folder: streams each file through COPY into staging and merges it set-wise, all in one transaction.

One transaction for the whole folder: an import that stops half-way, by an error, a kill or a power cut, leaves the
database as it was, and readers see the old history until the new one is whole. While the server merges a file, the
next ones are read and shaped, up to 8 MiB ahead.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from persona.errors import ImportFolderError
from storage.copy_text import copy_text
from storage.crm.folder import CrmFile, Skipped, open_folder, read_blocks
from storage.crm.layouts import LAYOUTS
from storage.crm.records import BLOCK_BYTES
from storage.database import Database, driver_connection
from storage.merges import MERGES
from storage.merging import Merged, Merging

SKIPPED_SHOWN: Final = 1000
_BLOCKS_AHEAD: Final = (8 << 20) // BLOCK_BYTES

Progress = Callable[[str, int, int], None]
"""Hears of a file's name, its bytes read so far, and its size."""


@dataclass(frozen=True, slots=True)
class FileReport:
    """What came of one file. `rows` are those of the file: inserted, changed, unchanged and skipped together."""

    name: str
    rows: int
    inserted: int
    changed: int
    unchanged: int
    skipped: int


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. `skipped` are the first 1,000 rows left out, by file and line; the files count all of them.

    `contacts_changed` are the keys of contacts that are new or whose history, deals or company changed.
    """

    files: tuple[FileReport, ...]
    skipped: tuple[Skipped, ...]
    contacts_changed: tuple[int, ...]


async def import_folder(
    database: Database, workspace_id: int, folder: Path, *, source: str = "folder", progress: Progress
) -> ImportReport:
    """Imports the folder and says what became of every row; rows are matched by external id within the source.

    Stored rows the folder lacks are kept. Importing the same folder again writes nothing. Two imports of one source
    wait for each other. Raises ImportFolderError for what is no CRM folder (then nothing is imported), and what
    `Database.workspace` raises.
    """
    log = _SkipLog()
    try:
        files = open_folder(folder)
        async with database.workspace(workspace_id) as connection:
            raw = await driver_connection(connection)
            merging = Merging(raw, workspace_id=workspace_id, source=source, skip=log.add)
            await merging.begin()
            shaped = _Shaped(files, log)
            merged = [await _import_file(merging, file, shaped, progress) for file in files]
            contacts_changed = await merging.finish()
    except OSError as error:
        raise ImportFolderError(f"{error.filename or folder} can't be read: {error.strerror}.") from error
    reports = (_report(file, done, log.counts[file.layout.file]) for file, done in zip(files, merged, strict=True))
    return ImportReport(tuple(reports), log.first, contacts_changed)


async def _import_file(merging: Merging, file: CrmFile, shaped: "_Shaped", progress: Progress) -> Merged:
    async with merging.staging(file.layout) as copy:
        for block in shaped.of_file():
            await copy.write(block.text)
            progress(file.layout.file, block.bytes_read, file.size)
            # Shaping holds the event loop for one block at a time.
            await asyncio.sleep(0)
    merge = asyncio.create_task(merging.merge(MERGES[file.layout.name]))
    try:
        await shaped.run_ahead(while_running=merge)
    except BaseException:
        merge.cancel()
        raise
    return await merge


def _report(file: CrmFile, merged: Merged, skipped: int) -> FileReport:
    stored = merged.inserted + merged.changed + merged.unchanged
    return FileReport(
        file.layout.file, stored + skipped, merged.inserted, merged.changed, merged.unchanged, skipped=skipped
    )


@dataclass(frozen=True, slots=True)
class _ShapedBlock:
    """Rows as COPY reads them, and how many bytes of their file have been read; or the end of a file."""

    text: bytes
    bytes_read: int
    ends: bool = False


class _Shaped:
    """The rows of all files in turn, shaped for COPY when asked for, or a little ahead."""

    def __init__(self, files: Sequence[CrmFile], log: "_SkipLog") -> None:
        self._blocks = _shape(files, log)
        self._ahead = deque[_ShapedBlock]()

    def of_file(self) -> Iterator[_ShapedBlock]:
        """The blocks of the file whose turn it is."""
        while not (block := self._ahead.popleft() if self._ahead else next(self._blocks)).ends:
            yield block

    async def run_ahead(self, *, while_running: asyncio.Task[Merged]) -> None:
        """Shapes what comes next until the task is done, 8 MiB are kept, or nothing is left."""
        while len(self._ahead) < _BLOCKS_AHEAD and not while_running.done():
            block = next(self._blocks, None)
            if block is None:
                return
            self._ahead.append(block)
            await asyncio.sleep(0)


def _shape(files: Sequence[CrmFile], log: "_SkipLog") -> Iterator[_ShapedBlock]:
    for file in files:
        for block in read_blocks(file, skip=partial(log.add_row, file.layout.file)):
            yield _ShapedBlock(copy_text(block.columns), block.bytes_read)
        yield _ShapedBlock(b"", file.size, ends=True)


@dataclass(slots=True)
class _SkipLog:
    """Counts every skipped row and keeps the first 1,000: a folder of nothing but bad rows must not fill the memory."""

    counts: Counter[str] = field(default_factory=Counter)
    _kept: list[Skipped] = field(default_factory=list)

    def add(self, skipped: Skipped) -> None:
        self.counts[skipped.file] += 1
        if len(self._kept) < SKIPPED_SHOWN:
            self._kept.append(skipped)

    def add_row(self, file: str, line: int, reason: str) -> None:
        self.add(Skipped(file, line, reason))

    @property
    def first(self) -> tuple[Skipped, ...]:
        """Those kept, in the order files are imported in, by line."""
        order = {layout.file: place for place, layout in enumerate(LAYOUTS)}
        return tuple(sorted(self._kept, key=lambda skipped: (order[skipped.file], skipped.line)))
