"""What is known of the batches sent to a model's server, contact by contact."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from persona.preferences import Spending
from storage.tables import batch_items, model_batches

_B, _I = model_batches.c, batch_items.c


class Stage(StrEnum):
    """How far a batch has come."""

    PLANNED = "planned"
    """It may have been sent: nobody wrote down that it was."""
    SENT = "sent"
    ENDED = "ended"


class ItemStage(StrEnum):
    """How far a contact of a batch has come."""

    SENT = "sent"
    PAID = "paid"
    """The answer was read, and what it took stands in the history of attempts."""
    DONE = "done"


@dataclass(frozen=True, slots=True)
class StoredBatch:
    """A batch as it is known. `title` is its name at the server; everything in it is as known at `planned_at`."""

    key: int
    name: str
    title: str
    model: str
    stage: Stage
    tries: int
    planned_at: datetime
    file_id: str | None
    batch_id: str | None


@dataclass(frozen=True, slots=True)
class BatchItem:
    """A contact of a batch, with digests of what was asked and of what it was asked for, and what that may take."""

    contact_key: int
    mark: str
    basis: str
    tokens: int
    cost_usd: float
    stage: ItemStage = ItemStage.SENT


async def begin_batch(
    connection: AsyncConnection, workspace_id: int, name: str, *, title: str, model: str, at: datetime
) -> StoredBatch:
    """The batch of a name, planned anew where there was none; one more try at it is counted."""
    row = upsert(model_batches).values(workspace_id=workspace_id, name=name, title=title, model=model, planned_at=at)
    same = row.on_conflict_do_update(
        index_elements=[_B.workspace_id, _B.name], set_={"tries": model_batches.c.tries + 1}
    )
    await connection.execute(same)
    found = await batch_named(connection, workspace_id, name)
    if found is None:
        raise LookupError(name)
    return found


async def batch_named(connection: AsyncConnection, workspace_id: int, name: str) -> StoredBatch | None:
    """The batch of a name."""
    found = await _batches(connection, _B.workspace_id == workspace_id, _B.name == name)
    return found[0] if found else None


async def open_batches(connection: AsyncConnection, workspace_id: int) -> list[StoredBatch]:
    """Those that have not ended, the oldest first."""
    return await _batches(connection, _B.workspace_id == workspace_id, _B.state != Stage.ENDED.value)


async def newest_fault(connection: AsyncConnection, workspace_id: int) -> str | None:
    """Why the newest batch was given up, as a ModelError's outcome; None where it wasn't."""
    newest = select(_B.fault).where(_B.workspace_id == workspace_id).order_by(_B.planned_at.desc(), _B.id.desc())
    found: str | None = await connection.scalar(newest.limit(1))
    return found


async def change_batch(connection: AsyncConnection, workspace_id: int, key: int, **values: Any) -> None:
    """Changes columns of a batch."""
    await connection.execute(update(model_batches).where(_is(workspace_id, key)).values(**values))


async def plan_items(
    connection: AsyncConnection, workspace_id: int, key: int, items: Sequence[BatchItem], *, at: datetime, model: str
) -> None:
    """Writes down what a batch will hold, in place of what it was to hold before."""
    of_it = (_I.workspace_id == workspace_id) & (_I.model_batch_id == key)
    await connection.execute(delete(batch_items).where(of_it))
    await change_batch(connection, workspace_id, key, planned_at=at, model=model)
    rows = [
        {
            "workspace_id": workspace_id,
            "model_batch_id": key,
            "contact_id": item.contact_key,
            "mark": item.mark,
            "basis": item.basis,
            "tokens": item.tokens,
            "cost_usd": item.cost_usd,
        }
        for item in items
    ]
    if rows:
        await connection.execute(insert(batch_items), rows)


async def open_items(connection: AsyncConnection, workspace_id: int, key: int) -> list[BatchItem]:
    """The contacts of a batch that are not done."""
    columns = (_I.contact_id, _I.mark, _I.basis, _I.tokens, _I.cost_usd, _I.state)
    of_it = (_I.workspace_id == workspace_id) & (_I.model_batch_id == key) & (_I.state != ItemStage.DONE.value)
    rows = await connection.execute(select(*columns).where(of_it).order_by(_I.contact_id))
    return [BatchItem(*row[:5], ItemStage(row[5])) for row in rows]


async def settle_item(
    connection: AsyncConnection,
    workspace_id: int,
    key: int,
    contact_key: int,
    *,
    spent: Spending,
    stage: ItemStage | None = None,
) -> None:
    """Writes down what a contact holds of the budget from now on: what was `spent` and no attempt tells of."""
    of_it = (_I.workspace_id == workspace_id) & (_I.model_batch_id == key) & (_I.contact_id == contact_key)
    values: dict[str, Any] = {
        "tokens": spent.tokens,
        "cost_usd": spent.usd,
        **({"state": stage.value} if stage else {}),
    }
    await connection.execute(update(batch_items).where(of_it).values(**values))


async def end_batch(
    connection: AsyncConnection, workspace_id: int, key: int, *, fault: str | None = None, release: bool = False
) -> None:
    """Ends a batch; where nothing of it was sent, `release` what it holds of the budget."""
    of_it = (_I.workspace_id == workspace_id) & (_I.model_batch_id == key)
    if release:
        await connection.execute(update(batch_items).where(of_it).values(tokens=0, cost_usd=0.0))
    await connection.execute(update(batch_items).where(of_it).values(state=ItemStage.DONE.value))
    await change_batch(connection, workspace_id, key, state=Stage.ENDED.value, fault=fault)


async def held_since(connection: AsyncConnection, workspace_id: int, since: datetime) -> Spending:
    """What the batches planned at `since` or later hold of a budget."""
    held = select(func.coalesce(func.sum(_I.tokens), 0), func.coalesce(func.sum(_I.cost_usd), 0.0)).join(
        model_batches, (_B.workspace_id == _I.workspace_id) & (_B.id == _I.model_batch_id)
    )
    row = await connection.execute(held.where(_B.workspace_id == workspace_id, _B.planned_at >= since))
    return Spending(*row.one())


async def _batches(connection: AsyncConnection, *where: ColumnElement[bool]) -> list[StoredBatch]:
    columns = (_B.id, _B.name, _B.title, _B.model, _B.state, _B.tries, _B.planned_at, _B.file_id, _B.batch_id)
    rows = await connection.execute(select(*columns).where(*where).order_by(_B.planned_at, _B.id))
    return [StoredBatch(*row[:4], Stage(row[4]), *row[5:]) for row in rows]


def _is(workspace_id: int, key: int) -> ColumnElement[bool]:
    return (_B.workspace_id == workspace_id) & (_B.id == key)
