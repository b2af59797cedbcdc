"""Imports a CRM folder: streams each file through COPY into staging and merges it set-wise, all in one transaction.

One transaction for the whole folder: an import that stops half-way, by an error, a kill or a power cut, leaves the
database as it was, and readers see the old history until the new one is whole.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from psycopg import AsyncConnection

from persona.errors import ImportFolderError
from storage.copy_text import copy_text
from storage.crm.folder import CrmFile, Skipped, open_folder, read_blocks
from storage.database import Database, driver_connection
from storage.merges import MERGES
from storage.merging import Merging, copy_into_staging

SKIPPED_SHOWN: Final = 1000

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
            reports = [await _import_file(raw, file, merging, log, progress) for file in files]
            contacts_changed = await merging.finish()
    except OSError as error:
        raise ImportFolderError(f"{error.filename or folder} can't be read: {error.strerror}.") from error
    return ImportReport(tuple(reports), log.first, contacts_changed)


async def _import_file(
    raw: AsyncConnection, file: CrmFile, merging: Merging, log: "_SkipLog", progress: Progress
) -> FileReport:
    layout, skipped_before = file.layout, log.count
    await merging.create_staging(layout)
    copied = await _copy(raw, file, log, progress)
    unreadable = log.count - skipped_before
    merged = await merging.merge(MERGES[layout.name])
    return FileReport(
        name=layout.file,
        rows=copied + unreadable,
        inserted=merged.inserted,
        changed=merged.changed,
        unchanged=merged.unchanged,
        skipped=log.count - skipped_before,
    )


async def _copy(raw: AsyncConnection, file: CrmFile, log: "_SkipLog", progress: Progress) -> int:
    """Copies the file's good rows into staging and returns how many they are."""
    name, size, copied = file.layout.file, file.size, 0
    async with raw.cursor().copy(copy_into_staging(file.layout)) as copy:
        for block in read_blocks(file, skip=lambda line, reason: log.add(Skipped(name, line, reason))):
            if block.rows:
                await copy.write(copy_text(block.rows))
            copied += len(block.rows)
            progress(name, block.bytes_read, size)
            # Parsing holds the event loop for one block at a time.
            await asyncio.sleep(0)
    return copied


@dataclass(slots=True)
class _SkipLog:
    """Counts every skipped row and keeps the first 1,000: a folder of nothing but bad rows must not fill the memory."""

    count: int = 0
    _kept: list[Skipped] = field(default_factory=list)

    def add(self, skipped: Skipped) -> None:
        self.count += 1
        if len(self._kept) < SKIPPED_SHOWN:
            self._kept.append(skipped)

    @property
    def first(self) -> tuple[Skipped, ...]:
        """Those kept, file by file, by line."""
        order = {name: place for place, name in enumerate(dict.fromkeys(skipped.file for skipped in self._kept))}
        return tuple(sorted(self._kept, key=lambda skipped: (order[skipped.file], skipped.line)))
