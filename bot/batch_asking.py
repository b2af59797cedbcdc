"""What goes into a batch: contact by contact what a model would be asked now, within the day's budget."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from bot.redrawing import Redrawing
from persona.batches import PRICE_SHARE, BatchLine
from persona.engine import Engine
from persona.errors import ContactNotFoundError, DoNotProfileError, ModelBudgetError
from persona.ports import Clock, ModelWriter, Store
from persona.preferences import Spending
from persona.refreshing import Outcome, refresh
from persona.rewriting import evidence_hash
from persona.signatures import without_signatures
from persona.writers.batched import Asking, SetAsideError, SettingAsideWriter
from persona.writers.openai_writer import MAX_OUTPUT_TOKENS
from persona.writers.prices import cost_usd
from storage.ahead_store import AheadStore, read_ahead_as
from storage.batch_stores import AsideStore
from storage.batches import BatchItem
from storage.database import Database

_NOTHING: Final = Spending()


class EngineWith(Protocol):
    """Builds an engine over a store, with a writer in the model's place and a clock."""

    def __call__(self, store: Store, model: ModelWriter | None, clock: Clock) -> Engine:
        """The engine."""
        ...


@dataclass(frozen=True, slots=True)
class SetAside:
    """The requests of a batch, what is to be known of each, and the contacts the day's budget has no room for."""

    lines: Sequence[BatchLine]
    items: Sequence[BatchItem]
    left: Sequence[int]


class BatchAsking:
    """Goes through contacts as a refresh does, but for asking the model."""

    def __init__(
        self, *, database: Database, asking: Asking, engine_with: EngineWith, redrawing: Callable[[], Redrawing]
    ) -> None:
        self._database, self._engine_with, self._redrawing = database, engine_with, redrawing
        self._writer, self.model = SettingAsideWriter(asking), asking.name

    async def set_aside(self, workspace_id: int, contacts: Sequence[int], *, at: datetime) -> SetAside:
        """What a model is to be asked of these contacts as they are at a moment; of who changed in nothing it isn't."""
        lines: list[BatchLine] = []
        items: list[BatchItem] = []
        planned = _NOTHING
        for place, contact_key in enumerate(contacts):
            try:
                found = await self._of(workspace_id, contact_key, at, planned)
            except (ContactNotFoundError, DoNotProfileError):
                continue
            except ModelBudgetError:
                return SetAside(lines, items, contacts[place:])
            if found:
                line, item = found
                lines.append(line)
                items.append(item)
                planned = Spending(planned.tokens + item.tokens, planned.usd + item.cost_usd)
        return SetAside(lines, items, ())

    async def _of(
        self, workspace_id: int, contact_key: int, at: datetime, planned: Spending
    ) -> tuple[BatchLine, BatchItem] | None:
        """The request for one contact; None when there is none to make. Raises as persona.refreshing.refresh."""
        store = await read_ahead_as(AsideStore, self._database, workspace_id, contact_key, until=at)
        store.planned = planned
        engine = self._engine_with(store, self._writer, lambda: at)
        try:
            refreshed = await refresh(engine, store, contact_key, clock=lambda: at)
        except SetAsideError as aside:
            basis = await basis_of(store, contact_key, until=at)
            usd = cost_usd(self.model, input_tokens=aside.input_tokens, output_tokens=MAX_OUTPUT_TOKENS) * PRICE_SHARE
            tokens = aside.input_tokens + MAX_OUTPUT_TOKENS
            return BatchLine(str(contact_key), aside.body), BatchItem(contact_key, aside.mark, basis, tokens, usd)
        if refreshed.outcome is Outcome.WRITTEN:
            await self._redrawing().renew(workspace_id, contact_key)
        return None


async def basis_of(store: AheadStore, contact_key: int, *, until: datetime) -> str:
    """A digest of what a contact's persona is written from at a moment, and which version is the newest."""
    history = without_signatures(await store.load_history(contact_key, until=until))
    found = await store.newest_persona(contact_key)
    version = found.profile.persona.version if found and found.profile.persona else 0
    return f"{evidence_hash(history, await store.load_corrections(contact_key))}/{version}"
