"""Every night, in each workspace's own: what it keeps for a while only is deleted when that is over."""

from collections.abc import Mapping
from datetime import time, timedelta
from typing import Final

import structlog

from bot.chores import ChoreTask
from bot.dead_letters import KEPT_DAYS
from bot.periodic import Periodic, once_a_period, own_minute
from persona.ports import Clock
from persona.preferences import Preferences
from persona.schedule import Nightly
from storage.database import Database
from storage.retention import Kept, delete_older
from storage.workspaces import load_preferences

NIGHTLY: Final = "nightly_upkeep"
_log = structlog.get_logger(__name__)
_EVENTS: Final = timedelta(days=3)
"""Slack delivers an event again within an hour (docs.slack.dev/apis/events-api)."""
_DELIVERIES: Final = timedelta(days=2 * KEPT_DAYS)
"""A job that is tried again after weeks must still know what it sent."""

_WAITING: Final = timedelta(days=30)
"""How long what a CRM sent waits for the contact, deal or email it belongs to."""


def _nightly(preferences: Preferences) -> Nightly:
    return Nightly(time(3, own_minute(preferences.workspace_id)))


class Upkeep:
    """Keeps a workspace's tables as large as its days."""

    periodic: Final = Periodic(NIGHTLY, _nightly)

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    @property
    def tasks(self) -> Mapping[str, ChoreTask]:
        """The chore, by name."""
        return {NIGHTLY: once_a_period(NIGHTLY, self.upkeep, database=self._database)}

    async def upkeep(self, *, workspace_id: int, period: str) -> None:
        """The chore of a night. Personas, ratings, corrections and the audit log stay."""
        async with self._database.workspace(workspace_id) as connection:
            history = timedelta(days=(await load_preferences(connection, workspace_id)).keep_history_days)
        ages = {
            Kept.EVENTS: _EVENTS,
            Kept.DELIVERIES: _DELIVERIES,
            Kept.SENT_BY_CRMS: _DELIVERIES,
            Kept.WAITING: _WAITING,
            Kept.CONVERSATIONS: history,
            Kept.TRIES: history,
            Kept.BATCHES: history,
        }
        now = self._clock()
        deleted = {
            kept.name.lower(): await delete_older(self._database, workspace_id, kept, before=now - age)
            for kept, age in ages.items()
        }
        _log.info("upkeep", workspace_id=workspace_id, period=period, **deleted)
