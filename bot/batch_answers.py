"""What a batch answered, contact by contact: checked and stored as an answer to a single call is."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from bot.batch_asking import EngineWith, basis_of
from bot.redrawing import Redrawing
from persona.errors import ContactNotFoundError, DoNotProfileError
from persona.ports import Clock
from persona.preferences import Spending
from persona.refreshing import Outcome, refresh
from persona.writers.batched import AnswerOutdatedError, BatchedWriter, LiveCallNeededError, written_by_batch
from storage.ahead_store import read_ahead, read_ahead_as
from storage.batch_stores import AnsweredStore
from storage.batches import BatchItem, ItemStage, StoredBatch, open_items, settle_item
from storage.database import Database

_NOTHING: Final = Spending()


class _AloneError(Exception):
    """The contact needs a call of its own, and so much was spent that no attempt tells of."""

    def __init__(self, spent: Spending) -> None:
        self.spent = spent
        super().__init__()


class BatchAnswers:
    """Reads answers into personas."""

    def __init__(
        self, *, database: Database, engine_with: EngineWith, redrawing: Callable[[], Redrawing], clock: Clock
    ) -> None:
        self._database, self._engine_with, self._redrawing, self._clock = database, engine_with, redrawing, clock

    async def read(self, workspace_id: int, batch: StoredBatch, answers: Mapping[str, bytes]) -> Sequence[int]:
        """Writes the personas that were answered; the contacts that need a call of their own.

        Those were not answered, or not usably, or have changed since they were asked for. Stopped half-way, it goes on
        with who is left. Who may not be profiled any more, or isn't there, is left out.
        """
        async with self._database.workspace(workspace_id) as connection:
            items = await open_items(connection, workspace_id, batch.key)
        alone: list[int] = []
        for item in items:
            try:
                spent = await self._read(workspace_id, batch, item, answers.get(str(item.contact_key)))
            except _AloneError as error:
                alone.append(item.contact_key)
                await self._settle(workspace_id, batch, item, error.spent)
            else:
                await self._settle(workspace_id, batch, item, spent, ItemStage.DONE)
        return alone

    async def _read(self, workspace_id: int, batch: StoredBatch, item: BatchItem, answer: bytes | None) -> Spending:
        """What an answer took, as far as no attempt tells of it."""
        if answer is None:
            raise _AloneError(_NOTHING)
        by, key, paid = written_by_batch(batch.model, answer), item.contact_key, item.stage is ItemStage.PAID
        untold = _NOTHING if paid else Spending(by.input_tokens + by.output_tokens, by.cost_usd)
        try:
            same = await self._basis(workspace_id, key) == item.basis
            if not (same or paid):
                raise _AloneError(untold)
            outcome = await self._write(workspace_id, batch, item, answer) if same else Outcome.WRITTEN
        except (ContactNotFoundError, DoNotProfileError):
            return untold
        except AnswerOutdatedError as error:
            raise _AloneError(untold) from error
        except LiveCallNeededError as error:
            raise _AloneError(_NOTHING) from error
        if outcome is Outcome.WRITTEN:
            await self._redrawing().renew(workspace_id, key)
        return untold if outcome is Outcome.UNCHANGED else _NOTHING

    async def _basis(self, workspace_id: int, contact_key: int) -> str:
        now = self._clock()
        store = await read_ahead(self._database, workspace_id, contact_key, until=now)
        return await basis_of(store, contact_key, until=now)

    async def _write(self, workspace_id: int, batch: StoredBatch, item: BatchItem, answer: bytes) -> Outcome:
        """Goes the way a refresh goes, as of when the batch was made, with the answer in the model's place."""
        at, key = batch.planned_at, item.contact_key
        store = await read_ahead_as(AnsweredStore, self._database, workspace_id, key, until=at)
        store.batch_key, store.item = batch.key, item
        writer = BatchedWriter(answer, model=batch.model, mark=item.mark)
        engine = self._engine_with(store, writer, lambda: at)
        return (await refresh(engine, store, key, clock=lambda: at)).outcome

    async def _settle(
        self, workspace_id: int, batch: StoredBatch, item: BatchItem, spent: Spending, stage: ItemStage | None = None
    ) -> None:
        async with self._database.workspace(workspace_id) as connection:
            await settle_item(connection, workspace_id, batch.key, item.contact_key, spent=spent, stage=stage)
