"""Messages about contacts of whom nothing is to be shown any more: noted with the change itself, until it is done."""

from collections.abc import Sequence
from typing import Any, Final

import psycopg
from psycopg.sql import SQL
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import deliveries, withdrawals

CHANGES: Final = "changes:"
"""What the keys begin with of deliveries that told in a post's thread what changed; the post's key follows."""

_CARDS: Final = SQL("""
    WITH posts AS (
        SELECT id, channel_id, message_ts FROM persona_posts
        WHERE workspace_id = %(workspace)s AND contact_id = ANY(%(contacts)s)
    ), told AS (
        SELECT p.channel_id, d.message_ts FROM posts p JOIN deliveries d
            ON d.workspace_id = %(workspace)s AND d.key ^@ (%(changes)s || p.id || ':') AND d.message_ts <> ''
    )
    INSERT INTO withdrawals (workspace_id, channel_id, message_ts)
    SELECT %(workspace)s, channel_id, message_ts FROM posts UNION SELECT %(workspace)s, * FROM told
    ON CONFLICT DO NOTHING""")


async def withdraw_cards(raw: psycopg.AsyncConnection[Any], workspace_id: int, contacts: Sequence[int]) -> None:
    """Notes every message that shows something of these contacts, before what it shows is deleted."""
    if contacts:
        parameters = {"workspace": workspace_id, "contacts": list(contacts), "changes": CHANGES}
        await raw.execute(_CARDS, parameters)


async def to_withdraw(connection: AsyncConnection, workspace_id: int, *, limit: int) -> list[tuple[str, str]]:
    """Channel and ts of messages to empty, the newest first."""
    columns = withdrawals.c
    asked = select(columns.channel_id, columns.message_ts).where(columns.workspace_id == workspace_id)
    found = await connection.execute(asked.order_by(columns.message_ts.desc()).limit(limit))
    return [(channel_id, ts) for channel_id, ts in found]


async def is_withdrawn(connection: AsyncConnection, workspace_id: int, channel_id: str, message_ts: str) -> None:
    """Remembers that a message is emptied, or gone."""
    columns = withdrawals.c
    same = (columns.channel_id == channel_id) & (columns.message_ts == message_ts)
    await connection.execute(delete(withdrawals).where(columns.workspace_id == workspace_id, same))


async def told_in_thread(connection: AsyncConnection, workspace_id: int, post_key: int) -> list[str]:
    """The ts of what was told in a post's thread of what changed."""
    columns = deliveries.c
    of_post = columns.key.startswith(f"{CHANGES}{post_key}:", autoescape=True)
    found = await connection.scalars(
        select(columns.message_ts).where(columns.workspace_id == workspace_id, of_post, columns.message_ts.is_not(None))
    )
    return [ts for ts in found if ts]
