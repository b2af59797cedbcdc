"""What a workspace keeps for a while only: deleted by age, a portion at a time, so that nobody waits for it long."""

from datetime import datetime
from enum import Enum
from typing import Final

from sqlalchemy import text

from storage.database import Database

_PORTION: Final = 5_000
_DELETE: Final = """
    DELETE FROM {table} WHERE workspace_id = :workspace AND ctid = ANY (ARRAY(
        SELECT ctid FROM {table} WHERE workspace_id = :workspace AND {at} < :before LIMIT :portion))"""


class Kept(Enum):
    """A table of what is kept for a while, and when a row of it was new."""

    EVENTS = ("processed_events", "processed_at")
    DELIVERIES = ("deliveries", "begun_at")
    CONVERSATIONS = ("conversations", "touched_at")
    SENT_BY_CRMS = ("crm_inbox", "received_at")
    WAITING = ("crm_waiting", "since")
    TRIES = ("persona_generation_history", "started_at")
    BATCHES = ("model_batches", "planned_at")


async def delete_older(database: Database, workspace_id: int, kept: Kept, *, before: datetime) -> int:
    """Deletes what a workspace has from before then; how many rows. Stopped half-way, the next call goes on."""
    table, at = kept.value
    statement = text(_DELETE.replace("{table}", table).replace("{at}", at))
    bound = {"workspace": workspace_id, "before": before, "portion": _PORTION}
    deleted = 0
    while True:
        async with database.workspace(workspace_id) as connection:
            found = (await connection.execute(statement, bound)).rowcount
        deleted += found
        if found < _PORTION:
            return deleted
