"""Reads and shapes the rows of a CRM folder for COPY, ahead of the server: the two work side by side."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from storage.copy_text import copy_text
from storage.crm.folder import Block, CrmFile, Skipped, read_blocks
from storage.crm.layouts import Layout
from storage.crm.records import BLOCK_BYTES

_BATCHES_AHEAD: Final = (8 << 20) // BLOCK_BYTES
# About 20 MB of hashes.
_KNOWN_AT_MOST: Final = 250_000
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of a file as COPY reads them, in the file's order.

    `after_line` is the line of the row before, `bytes_read` are those of the file so far. `distinct` says that no id is
    in two rows of the file up to here; where it is False some may be.
    """

    text: bytes
    rows: int
    after_line: int
    bytes_read: int
    distinct: bool


class Shaping:
    """The rows of all files in turn, shaped while the server works, or when asked for; `skip` hears of bad rows."""

    def __init__(self, files: Sequence[CrmFile], *, skip: Callable[[Skipped], None]) -> None:
        self._batches = _shape(files, skip)
        # None is the end of a file.
        self._ahead = deque[Batch | None]()

    def take(self) -> Batch | None:
        """What is shaped by now of the file whose turn it is, some rows at least; None once when it is at its end."""
        if not self._ahead:
            self._ahead.append(next(self._batches))
        taken = list[Batch]()
        while self._ahead and (batch := self._ahead[0]):
            taken.append(batch)
            self._ahead.popleft()
        if taken:
            return _joined(taken)
        return self._ahead.popleft()

    async def beside(self, work: Coroutine[Any, Any, _T]) -> _T:
        """What the work gives. Until it is done the next rows are shaped, up to 8 MiB ahead.

        Shaping holds the event loop for 32 KiB at a time.
        """
        task = asyncio.create_task(work)
        try:
            # What the work has to send goes out before anything else is done.
            await asyncio.sleep(0)
            while len(self._ahead) < _BATCHES_AHEAD and not task.done():
                self._ahead.append(next(self._batches))
                await asyncio.sleep(0)
        except StopIteration:
            return await task
        except BaseException:
            task.cancel()
            raise
        return await task


def _shape(files: Sequence[CrmFile], skip: Callable[[Skipped], None]) -> Iterator[Batch | None]:
    for file in files:
        name, known, after_line = file.layout.file, _Known(file.layout), 1

        def skip_row(line: int, reason: str, name: str = name) -> None:
            skip(Skipped(name, line, reason))

        for block in read_blocks(file, skip=skip_row):
            distinct = known.add(block)
            yield Batch(copy_text(block.columns), len(block), after_line, block.bytes_read, distinct)
            after_line = int(block.columns[0][-1]) if len(block) else after_line
        yield None


def _joined(batches: Sequence[Batch]) -> Batch:
    return Batch(
        b"".join([batch.text for batch in batches]),
        sum(batch.rows for batch in batches),
        batches[0].after_line,
        batches[-1].bytes_read,
        distinct=batches[-1].distinct,
    )


class _Known:
    """The ids of a file's rows so far, while they are few enough to be kept."""

    def __init__(self, layout: Layout) -> None:
        # One time may be written in many ways: of ids of several columns it isn't known.
        self._distinct = len(layout.identity) == 1
        self._place = [name for name, _ in layout.staged].index(layout.identity[0])
        self._hashes = set[int]()

    def add(self, block: Block) -> bool:
        """Whether all ids up to this block's end are surely distinct."""
        if self._distinct:
            expected = len(self._hashes) + len(block)
            self._hashes.update(map(hash, block.columns[self._place]))
            self._distinct = len(self._hashes) == expected <= _KNOWN_AT_MOST
        return self._distinct
