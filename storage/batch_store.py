"""The engine's store for measuring many contacts in one transaction: read with a few queries, saved with one."""

from collections.abc import Sequence
from datetime import datetime

from persona.benchmarks import segment_of
from persona.errors import ContactNotFoundError
from persona.model import Benchmark, Contact, History, Insights
from persona.ports import Vector
from storage.database import AsyncConnection, Database
from storage.history import load_histories
from storage.passages import mean_embeddings
from storage.patterns import Pattern, save_patterns
from storage.store import WorkspaceStore


class BatchStore(WorkspaceStore):
    """A WorkspaceStore that has read what measuring these contacts at `until` takes; `flush` saves their snapshots."""

    def __init__(
        self,
        database: Database,
        workspace_id: int,
        *,
        within: AsyncConnection,
        histories: dict[int, History],
        words: dict[int, Vector],
    ) -> None:
        super().__init__(database, workspace_id, within=within)
        self._connection, self._key = within, workspace_id
        self._histories, self._words = histories, words
        self._benchmarks = dict[str, list[Benchmark]]()
        self._made = list[Pattern]()

    async def load_history(self, contact_key: int, *, until: datetime) -> History:  # noqa: ARG002 - read before
        """See persona.ports.Store."""
        if contact_key not in self._histories:
            raise ContactNotFoundError(str(contact_key))
        return self._histories[contact_key]

    async def load_benchmarks(self, contact: Contact) -> list[Benchmark]:
        """See persona.ports.Store."""
        segment = segment_of(contact.industry, contact.company_size)
        if segment not in self._benchmarks:
            self._benchmarks[segment] = await super().load_benchmarks(contact)
        return self._benchmarks[segment]

    async def mean_embedding(self, contact_key: int, *, model: str, until: datetime) -> Vector | None:  # noqa: ARG002
        """See persona.ports.Store."""
        return self._words.get(contact_key)

    async def save_pattern(
        self, contact_key: int, insights: Insights, *, behaviour: Vector, profile: Vector | None, model: str
    ) -> None:
        """See persona.ports.Store; saved by `flush`."""
        self._made.append(Pattern(contact_key, insights, behaviour, profile, model))

    async def flush(self) -> None:
        """Saves what was made."""
        await save_patterns(self._connection, self._key, self._made)
        self._made.clear()


async def read_batch(
    database: Database,
    connection: AsyncConnection,
    workspace_id: int,
    contacts: Sequence[int],
    *,
    model: str,
    until: datetime,
) -> BatchStore:
    """The store of these contacts as they are at `until`."""
    return BatchStore(
        database,
        workspace_id,
        within=connection,
        histories=await load_histories(connection, workspace_id, contacts, until=until),
        words=await mean_embeddings(connection, workspace_id, contacts, model=model, until=until),
    )
