"""The engine's store for refreshing one contact in a batch: while it is made, and when its answers come."""

from datetime import datetime

from persona.ports import Attempt
from persona.preferences import Spending
from storage.ahead_store import AheadStore
from storage.attempts import record_attempt
from storage.batches import BatchItem, ItemStage, settle_item

_STOPPED = "error"
"""The outcome of an attempt that was ended by no ModelError: by a writer that stands in for the model."""


class AsideStore(AheadStore):
    """An AheadStore for what is set aside. `planned` is what the batch holds of the budget so far, in nobody's book."""

    planned = Spending()

    async def spent_since(self, since: datetime) -> Spending:
        """See persona.ports.Store."""
        spent = await super().spent_since(since)
        return Spending(spent.tokens + self.planned.tokens, spent.usd + self.planned.usd)

    async def record_attempt(self, attempt: Attempt) -> None:
        """See persona.ports.Store; setting aside is no attempt."""
        if attempt.outcome != _STOPPED:
            await super().record_attempt(attempt)


class AnsweredStore(AheadStore):
    """An AheadStore for one answer, which is paid: no budget stops it, and what it took is recorded once."""

    batch_key: int
    item: BatchItem

    async def spent_since(self, since: datetime) -> Spending:  # noqa: ARG002 - it was reserved
        """See persona.ports.Store."""
        return Spending()

    async def record_attempt(self, attempt: Attempt) -> None:
        """See persona.ports.Store; in one transaction with the item's new state."""
        if attempt.outcome == _STOPPED:
            return
        by_model = attempt.written_by.model is not None
        if by_model and self.item.stage is ItemStage.PAID:
            return
        async with self._session() as connection:
            await record_attempt(connection, self._workspace_id, attempt)
            if by_model:
                paid, item = ItemStage.PAID, attempt.contact_key
                await settle_item(connection, self._workspace_id, self.batch_key, item, spent=Spending(), stage=paid)
        self._newest.clear()
