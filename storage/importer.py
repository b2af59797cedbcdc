"""Imports a CRM folder: streams each file through COPY into staging and merges it set-wise, all in one transaction.

One transaction for the whole folder: an import that stops half-way, by an error, a kill or a power cut, leaves the
database as it was, and readers see the old history until the new one is whole. While the server is at work, the next
rows are read and shaped.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from persona.errors import ImportFolderError
from storage.crm.folder import CrmFile, Skipped, open_folder
from storage.crm.layouts import LAYOUTS
from storage.database import Database, driver_connection
from storage.merges import MERGES
from storage.merging import Merged, Merging
from storage.shaping import Shaping

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
            shaping = Shaping(files, skip=log.add)
            merged = [await _import_file(merging, file, shaping, progress) for file in files]
            contacts_changed = await merging.finish()
    except OSError as error:
        raise ImportFolderError(f"{error.filename or folder} can't be read: {error.strerror}.") from error
    reports = (_report(file, done, log.counts[file.layout.file]) for file, done in zip(files, merged, strict=True))
    return ImportReport(tuple(reports), log.first, contacts_changed)


async def _import_file(merging: Merging, file: CrmFile, shaping: Shaping, progress: Progress) -> Merged:
    merge = MERGES[file.layout.name]
    await merging.stage(file.layout)
    while batch := shaping.take():
        await shaping.beside(merging.add(merge, batch))
        progress(file.layout.file, batch.bytes_read, file.size)
    return await shaping.beside(merging.merge(merge))


def _report(file: CrmFile, merged: Merged, skipped: int) -> FileReport:
    stored = merged.inserted + merged.changed + merged.unchanged
    return FileReport(
        file.layout.file, stored + skipped, merged.inserted, merged.changed, merged.unchanged, skipped=skipped
    )


@dataclass(slots=True)
class _SkipLog:
    """Counts every skipped row and keeps the first 1,000: a folder of nothing but bad rows must not fill the memory."""

    counts: Counter[str] = field(default_factory=Counter)
    _kept: list[Skipped] = field(default_factory=list)

    def add(self, skipped: Skipped) -> None:
        self.counts[skipped.file] += 1
        if len(self._kept) < SKIPPED_SHOWN:
            self._kept.append(skipped)

    @property
    def first(self) -> tuple[Skipped, ...]:
        """Those kept, in the order files are imported in, by line."""
        order = {layout.file: place for place, layout in enumerate(LAYOUTS)}
        return tuple(sorted(self._kept, key=lambda skipped: (order[skipped.file], skipped.line)))
