"""Brings what is made of histories up to date with what changed: vectors, snapshots, the workspace's own benchmarks."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from bot.chores import Chores, ChoreTask
from persona.engine import Engine
from persona.ports import Clock, Embedder
from storage.batch_store import read_batch
from storage.benchmarks import refresh_workspace_benchmarks
from storage.contacts import contacts_to_measure, contacts_with_personas
from storage.database import AsyncConnection, Database
from storage.embeddings import embed_contacts, embed_pending
from storage.store import WorkspaceStore

MEASURE: Final = "measure_changes"
TELL: Final = "tell_changes"
BENCHMARKS: Final = "refresh_benchmarks"
_BATCH: Final = 100
_BENCHMARKS_AFTER_S: Final = 60
"""Benchmarks are of the whole workspace: however many batches come in, they are made at most once a minute."""

Show = Callable[[str, int, int], None]
"""Hears of what is being done, how much of it is done, and of how much."""
OnChange = Callable[[int, Sequence[int]], Awaitable[None]]
"""Hears of a workspace's contacts with a persona whose history changed, once that is stored and measured."""
EngineOver = Callable[[WorkspaceStore, datetime], Engine]
"""The engine over a store, at a moment."""


class Measuring:
    """Measures who changed: nobody else's words are embedded, nobody else's history is read."""

    def __init__(
        self,
        *,
        database: Database,
        embedder: Embedder,
        engine_over: EngineOver,
        chores: Chores,
        clock: Clock,
        on_change: OnChange | None = None,
    ) -> None:
        """The embedder is this machine's: a transaction is open while it works."""
        self._database, self._embedder, self._engine_over = database, embedder, engine_over
        self._chores, self._clock, self._on_change = chores, clock, on_change

    @property
    def tasks(self) -> Mapping[str, ChoreTask]:
        """The chores, by name."""
        return {MEASURE: self.measure_changes, TELL: self.tell_changes, BENCHMARKS: self.refresh_benchmarks}

    async def ask(self, workspace_id: int) -> None:
        """Stores the chore of measuring whoever changed; asked again before it is begun, it is one."""
        await self._chores.make(MEASURE, key=f"{MEASURE}:{workspace_id}", workspace_id=workspace_id)

    async def measure_within(self, connection: AsyncConnection, workspace_id: int, contacts: Sequence[int]) -> None:
        """Embeds and measures these contacts in the caller's transaction: their history and what is made of it agree.

        None of them may be one not to be profiled.
        """
        await embed_contacts(connection, workspace_id, self._embedder, contacts)
        now, model = self._clock(), self._embedder.name
        for start in range(0, len(contacts), _BATCH):
            batch = contacts[start : start + _BATCH]
            store = await read_batch(self._database, connection, workspace_id, batch, model=model, until=now)
            engine = self._engine_over(store, now)
            for key in batch:
                await engine.remember_pattern(key)
                await asyncio.sleep(0)  # a batch in memory never waits: who asks a persona would, for all of it
            await store.flush()

    async def tell_within(self, connection: AsyncConnection, workspace_id: int, contacts: Sequence[int]) -> None:
        """Sees to it that, once the caller's transaction is kept, what rests on these contacts follows them.

        Personas are told of; the benchmarks of all contacts are made anew in a minute.
        """
        key = f"{BENCHMARKS}:{workspace_id}"
        await self._chores.make(BENCHMARKS, key=key, workspace_id=workspace_id, after_s=_BENCHMARKS_AFTER_S)
        await self._tell_of(connection, workspace_id, contacts)

    async def _tell_of(self, connection: AsyncConnection, workspace_id: int, contacts: Sequence[int]) -> None:
        written = await contacts_with_personas(connection, workspace_id, contacts)
        if written:
            key = f"{TELL}:{workspace_id}"
            await self._chores.make(TELL, key=key, workspace_id=workspace_id, within=connection, contacts=written)

    async def catch_up(self, workspace_id: int, *, changed: bool, show: Show) -> None:
        """Measures everybody whose history is newer than their snapshot, a hundred a transaction, and tells of them.

        Then the workspace's benchmarks, which change too when contacts were only taken away: `changed` says so.
        Stopped half-way, the next call goes on from there.
        """
        await embed_pending(self._database, workspace_id, self._embedder, progress=show)
        keys = await contacts_to_measure(self._database, workspace_id, model=self._embedder.name)
        for start in range(0, len(keys), _BATCH):
            batch = keys[start : start + _BATCH]
            async with self._database.workspace(workspace_id) as connection:
                await self.measure_within(connection, workspace_id, batch)
                await self._tell_of(connection, workspace_id, batch)
            show("measuring contacts", start + len(batch), len(keys))
        if keys or changed:
            await refresh_workspace_benchmarks(self._database, workspace_id)

    async def measure_changes(self, *, workspace_id: int) -> None:
        """The chore: catches up."""
        await self.catch_up(workspace_id, changed=False, show=lambda *_: None)

    async def tell_changes(self, *, workspace_id: int, contacts: list[int]) -> None:
        """The chore: says whose history changed."""
        if self._on_change is not None:
            await self._on_change(workspace_id, contacts)

    async def refresh_benchmarks(self, *, workspace_id: int) -> None:
        """The chore: makes the workspace's own benchmarks anew."""
        await refresh_workspace_benchmarks(self._database, workspace_id)
