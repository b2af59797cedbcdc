"""What CRMs sent: each delivery kept once, with its items until they are merged; bot/upkeep.py forgets it in time."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

import psycopg
from sqlalchemy import ColumnElement, and_, null, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.crm.items import Flaw, Item
from storage.database import driver_connection
from storage.merging import forget_contacts
from storage.tables import crm_inbox

_WAIT_BRIEFLY: Final = "SET LOCAL lock_timeout = '500ms'"
_OBJECT: Final = """
    UPDATE contacts SET do_not_profile = true, changed_at = clock_timestamp()
    WHERE workspace_id = %(workspace)s AND source = %(source)s AND NOT do_not_profile AND external_id IN (
        SELECT unnest(objections) FROM crm_inbox
        WHERE workspace_id = %(workspace)s AND source = %(source)s AND done_at IS NULL AND objections <> '{}')
    RETURNING id"""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a delivery is known by: the sender's id and the signature, either of which comes once."""

    delivery: str
    signature: bytes


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery by its key: what was taken and what wasn't, whether it is merged, and how many items wait."""

    key: int
    delivery: str
    accepted: int
    rejected: tuple[Flaw, ...]
    done: bool
    waiting: int


async def received_since(
    connection: AsyncConnection, workspace_id: int, source: str, since: datetime
) -> list[datetime]:
    """When the deliveries of a source came since then, oldest first."""
    columns = crm_inbox.c
    asked = select(columns.received_at).where(_of(workspace_id, source), columns.received_at > since)
    return list(await connection.scalars(asked.order_by(columns.received_at)))


async def keep_delivery(
    connection: AsyncConnection,
    workspace_id: int,
    source: str,
    mark: Mark,
    *,
    items: Sequence[Item],
    rejected: Sequence[Flaw],
    at: datetime,
) -> int | None:
    """Keeps a delivery and gives its key; None when this delivery, or one signed the same, came before."""
    row = insert(crm_inbox).values(
        workspace_id=workspace_id,
        source=source,
        delivery=mark.delivery,
        signature=mark.signature,
        items=[item.document() for item in items],
        objections=[item.fields["external_id"] for item in items if item.objects],
        accepted=len(items),
        rejected=[asdict(flaw) for flaw in rejected],
        received_at=at,
    )
    key: int | None = await connection.scalar(row.on_conflict_do_nothing().returning(crm_inbox.c.id))
    return key


async def find_delivery(connection: AsyncConnection, workspace_id: int, source: str, mark: Mark) -> Delivery | None:
    """A delivery that came, by its id or by its signature."""
    columns = crm_inbox.c
    same = (columns.delivery == mark.delivery) | (columns.signature == mark.signature)
    asked = select(crm_inbox).where(_of(workspace_id, source), same).order_by(columns.delivery != mark.delivery)
    row = (await connection.execute(asked.limit(1))).one_or_none()
    if row is None:
        return None
    flaws = tuple(Flaw(**flaw) for flaw in row.rejected)
    return Delivery(row.id, row.delivery, row.accepted, flaws, row.done_at is not None, row.waiting)


async def open_delivery(connection: AsyncConnection, workspace_id: int, key: int) -> list[Item] | None:
    """The items of a delivery that isn't merged, locked until the transaction ends; else None."""
    columns = crm_inbox.c
    asked = select(columns["items"]).where(columns.workspace_id == workspace_id, columns.id == key)
    documents: list[dict[str, Any]] | None = await connection.scalar(asked.with_for_update())
    return None if documents is None else [Item.of(document) for document in documents]


async def end_delivery(connection: AsyncConnection, workspace_id: int, key: int, *, waiting: int, at: datetime) -> None:
    """Remembers that a delivery is merged, and lets go of its items."""
    columns = crm_inbox.c
    done = update(crm_inbox).where(columns.workspace_id == workspace_id, columns.id == key)
    await connection.execute(done.values(done_at=at, items=null(), waiting=waiting))


async def heed_objections(raw: psycopg.AsyncConnection[Any], workspace_id: int, source: str) -> None:
    """Profiles nobody any more for whom a delivery that isn't merged yet says so: what we made of them is deleted."""
    found = await raw.execute(_OBJECT, {"workspace": workspace_id, "source": source})
    await forget_contacts(raw, workspace_id, [key for (key,) in await found.fetchall()])


async def heed_objections_now(connection: AsyncConnection, workspace_id: int, source: str) -> bool:
    """The same, unless another transaction holds the contacts: then False, and it is left to the merge."""
    raw = await driver_connection(connection)
    try:
        async with raw.transaction():
            await raw.execute(_WAIT_BRIEFLY)
            await heed_objections(raw, workspace_id, source)
    except psycopg.errors.LockNotAvailable:
        return False
    return True


def _of(workspace_id: int, source: str) -> ColumnElement[bool]:
    return and_(crm_inbox.c.workspace_id == workspace_id, crm_inbox.c.source == source)
