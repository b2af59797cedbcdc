"""Deletes rows by what a CRM knows them by, and notes whose history that changes."""

from collections.abc import Sequence
from typing import Any, Final, LiteralString

from psycopg import AsyncConnection
from psycopg.sql import SQL, Composed

from storage.crm.items import KINDS, Item
from storage.withdrawals import withdraw_cards

_PARTS: Final = {
    "of_source": SQL("workspace_id = %(workspace)s AND source = %(source)s AND external_id = ANY(%(ids)s)"),
    "touch": SQL("INSERT INTO touched SELECT contact_id FROM gone WHERE contact_id IS NOT NULL"),
}


def _statement(form: LiteralString) -> Composed:
    return SQL(form).format(**_PARTS)


_CONTACTS: Final = _statement("SELECT id FROM contacts WHERE {of_source}")
_TIMELINE: Final = _statement("""
    WITH gone AS (
        DELETE FROM interactions WHERE {of_source} AND record = %(record)s RETURNING contact_id
    ) {touch}""")
_STATEMENTS: Final = {
    "contact": _statement("""
    WITH gone AS (DELETE FROM contacts WHERE {of_source} RETURNING id)
    DELETE FROM touched WHERE contact_id IN (SELECT id FROM gone)"""),
    "deal": _statement("WITH gone AS (DELETE FROM deals WHERE {of_source} RETURNING contact_id) {touch}"),
    "email_event": _statement("""
    WITH events AS (DELETE FROM email_events WHERE {of_source} RETURNING interaction_id), gone AS (
        SELECT contact_id FROM interactions
        WHERE workspace_id = %(workspace)s AND id IN (SELECT interaction_id FROM events)
    ) {touch}"""),
    "deal_stage": _statement("""
    WITH named AS (
        SELECT * FROM unnest(%(ids)s::text[], %(stages)s::text[], %(moments)s::timestamptz[])
            AS given (deal_external_id, stage, entered_at)
    ), gone AS (
        DELETE FROM deal_stage_changes c USING named, deals d
        WHERE d.workspace_id = %(workspace)s AND d.source = %(source)s AND d.external_id = named.deal_external_id
            AND c.workspace_id = %(workspace)s AND c.deal_id = d.id
            AND c.stage = named.stage AND c.entered_at = named.entered_at
        RETURNING d.contact_id
    ) {touch}"""),
}


async def remove_rows(
    raw: AsyncConnection[Any], workspace_id: int, source: str, kind: str, items: Sequence[Item]
) -> None:
    """Deletes the rows of items of one kind with all that hangs on them; what isn't there needn't be deleted.

    In the transaction of a Merging: whose history that changes is touched, an erased contact no more; its shared cards
    are to be withdrawn.
    """
    identities = [item.identity for item in items]
    parameters: dict[str, Any] = {"workspace": workspace_id, "source": source, "record": KINDS[kind].name}
    parameters["ids"] = [identity[0] for identity in identities]
    if kind == "deal_stage":
        parameters["stages"] = [stage for _, stage, _ in identities]
        parameters["moments"] = [moment for _, _, moment in identities]
    if kind == "contact":
        gone = await (await raw.execute(_CONTACTS, parameters)).fetchall()
        await withdraw_cards(raw, workspace_id, [key for (key,) in gone])
    await raw.execute(_STATEMENTS.get(kind, _TIMELINE), parameters)
