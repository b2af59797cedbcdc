"""Items that came before the row they belong to: kept until it is there, for a month (bot/upkeep.py) at most."""

from collections.abc import Sequence
from typing import Any, Final

from psycopg import AsyncConnection
from psycopg.types.json import Jsonb

from storage.crm.items import Item

_FORGET: Final = """
    DELETE FROM crm_waiting w USING unnest(%s::text[], %s::bytea[]) AS come (kind, identity)
    WHERE w.workspace_id = %s AND w.source = %s AND w.kind = come.kind AND w.identity = come.identity"""
_FORGET_OF_CONTACTS: Final = """
    DELETE FROM crm_waiting
    WHERE workspace_id = %s AND source = %s AND (lacks_kind = 'contact' AND lacks_id = ANY(%s)
        OR item #>> '{fields,contact_id}' = ANY(%s))"""
_KEEP: Final = """
    INSERT INTO crm_waiting (workspace_id, source, kind, identity, lacks_kind, lacks_id, item)
    VALUES (%s, %s, %s, %s, %s, %s, %s)"""
_RELEASE: Final = """
    DELETE FROM crm_waiting w WHERE w.workspace_id = %(workspace)s AND w.source = %(source)s AND CASE w.lacks_kind
        WHEN 'contact' THEN EXISTS (SELECT FROM contacts p WHERE p.workspace_id = %(workspace)s
            AND p.source = %(source)s AND p.external_id = w.lacks_id)
        WHEN 'deal' THEN EXISTS (SELECT FROM deals p WHERE p.workspace_id = %(workspace)s
            AND p.source = %(source)s AND p.external_id = w.lacks_id)
        ELSE EXISTS (SELECT FROM interactions p WHERE p.workspace_id = %(workspace)s
            AND p.source = %(source)s AND p.record = 'emails' AND p.external_id = w.lacks_id) END
    RETURNING w.item"""


class Waiting:
    """What waits of one source, in the transaction of `raw`."""

    def __init__(self, raw: AsyncConnection[Any], workspace_id: int, source: str) -> None:
        self._raw, self._workspace_id, self._source = raw, workspace_id, source

    async def replace(self, items: Sequence[Item]) -> None:
        """Forgets what waits of the same rows as these items, which are newer."""
        known = ([item.kind for item in items], [item.identity_hash for item in items])
        await self._raw.execute(_FORGET, [*known, self._workspace_id, self._source])

    async def keep(self, items: Sequence[tuple[Item, tuple[str, str]]]) -> None:
        """Keeps items, each with the kind and id of the row it lacks."""
        async with self._raw.cursor() as cursor:
            await cursor.executemany(
                _KEEP,
                [
                    (self._workspace_id, self._source, item.kind, item.identity_hash, *lacks, Jsonb(item.document()))
                    for item, lacks in items
                ],
            )

    async def release(self) -> list[Item]:
        """The items that lack nothing they were kept for any more; they are kept no longer."""
        found = await self._raw.execute(_RELEASE, {"workspace": self._workspace_id, "source": self._source})
        return [Item.of(document) for (document,) in await found.fetchall()]

    async def forget_contacts(self, contact_ids: Sequence[str]) -> None:
        """Forgets what waits for these contacts, or is of them."""
        given = list(contact_ids)
        await self._raw.execute(_FORGET_OF_CONTACTS, [self._workspace_id, self._source, given, given])
