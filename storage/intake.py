"""Takes a CRM's items in by the import's own merge: all of a delivery or nothing, in whatever order rows came."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import psycopg
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.crm.folder import Skipped
from storage.crm.items import KINDS, Action, Item, batch_text
from storage.database import driver_connection
from storage.inbox import end_delivery, heed_objections, open_delivery
from storage.merges import MERGES
from storage.merging import Merging
from storage.removals import remove_rows
from storage.shaping import Batch
from storage.waiting import Waiting

_OBJECTED: Final = """
    SELECT external_id FROM contacts
    WHERE workspace_id = %s AND source = %s AND do_not_profile AND external_id = ANY(%s)"""
_PROFILED: Final = "SELECT id FROM contacts WHERE workspace_id = %s AND id = ANY(%s) AND NOT do_not_profile ORDER BY id"


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of items: the keys of contacts whose history changed, and how many items wait."""

    contacts: tuple[int, ...]
    waiting: int


async def take_in_delivery(
    connection: AsyncConnection, workspace_id: int, source: str, key: int, *, at: datetime
) -> Taken | None:
    """Merges a delivery of the inbox, in the caller's transaction; None when it was merged before.

    Only contacts that may be profiled are named: not those of whom a later delivery says that they may not be.
    """
    items = await open_delivery(connection, workspace_id, key)
    if items is None:
        return None
    taken = await take_in(connection, workspace_id, source, items)
    await end_delivery(connection, workspace_id, key, waiting=taken.waiting, at=at)
    raw = await driver_connection(connection)
    await heed_objections(raw, workspace_id, source)
    profiled = await raw.execute(_PROFILED, [workspace_id, list(taken.contacts)])
    return replace(taken, contacts=tuple(contact for (contact,) in await profiled.fetchall()))


async def take_in(connection: AsyncConnection, workspace_id: int, source: str, items: Sequence[Item]) -> Taken:
    """Merges items, in the caller's transaction; of items of one row the last counts.

    An item whose contact, deal or email isn't there waits for it; what waited for a row that is there now is merged
    with it. A contact whose item doesn't say do_not_profile stays as it is in that. Batches of one source wait for each
    other, and for its imports.
    """
    intake = _Intake(await driver_connection(connection), workspace_id, source)
    await intake.merging.begin()
    latest = list({(item.kind, item.identity): item for item in items}.values())
    await intake.waiting.replace(latest)
    waiting = await intake.merge([item for item in latest if item.action is Action.UPSERT])
    await intake.release()
    await intake.remove([item for item in latest if item.action is Action.DELETE])
    return Taken(await intake.merging.finish(), waiting)


async def take_in_waiting(connection: AsyncConnection, workspace_id: int, source: str) -> None:
    """Merges what waited for rows that an import has brought, in the caller's transaction."""
    intake = _Intake(await driver_connection(connection), workspace_id, source)
    await intake.merging.begin()
    await intake.release()
    await intake.merging.finish()


class _Intake:
    """The taking in of one batch."""

    def __init__(self, raw: psycopg.AsyncConnection[Any], workspace_id: int, source: str) -> None:
        self._raw, self._workspace_id, self._source = raw, workspace_id, source
        self._skipped = list[Skipped]()
        self.waiting = Waiting(raw, workspace_id, source)
        self.merging = Merging(raw, workspace_id=workspace_id, source=source, skip=self._skipped.append, few=True)

    async def merge(self, items: Sequence[Item]) -> int:
        """Merges rows, parents first, and keeps those that lack a parent; how many."""
        kept = 0
        for kind in KINDS:
            of_kind = [item for item in items if item.kind == kind]
            if of_kind:
                kept += await self._merge_kind(kind, await self._as_objected(of_kind))
        return kept

    async def release(self) -> None:
        """Merges what waited for what is there now, until nothing more is released by what was."""
        while released := await self.waiting.release():
            await self.merge(released)

    async def remove(self, items: Sequence[Item]) -> None:
        """Deletes rows; with a contact goes what waits for it."""
        for kind in KINDS:
            of_kind = [item for item in items if item.kind == kind]
            if of_kind:
                await remove_rows(self._raw, self._workspace_id, self._source, kind, of_kind)
            if of_kind and kind == "contact":
                await self.waiting.forget_contacts([item.fields["external_id"] for item in of_kind])

    async def _merge_kind(self, kind: str, items: Sequence[Item]) -> int:
        layout, merge = KINDS[kind], MERGES[KINDS[kind].name]
        self._skipped.clear()
        await self.merging.stage(layout)
        text = batch_text(layout, list(enumerate(items)))
        await self.merging.add(merge, Batch(text, len(items), after_line=-1, bytes_read=len(text), distinct=False))
        await self.merging.merge(merge)
        lacking = [(items[one.line], one.lacks) for one in self._skipped if one.lacks]
        await self.waiting.keep(lacking)
        return len(lacking)

    async def _as_objected(self, items: Sequence[Item]) -> Sequence[Item]:
        """Contacts of whom it isn't said whether they may be profiled, as it is known of them."""
        unsaid = [item.fields["external_id"] for item in items if not item.says_do_not_profile]
        if not unsaid:
            return items
        found = await self._raw.execute(_OBJECTED, [self._workspace_id, self._source, unsaid])
        objected = {external_id for (external_id,) in await found.fetchall()}
        return [
            replace(item, fields={**item.fields, "do_not_profile": "true"})
            if not item.says_do_not_profile and item.fields["external_id"] in objected
            else item
            for item in items
        ]
