"""Every hour: how many personas are out of date, and those a model failed to write are handed to it again."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from bot.chores import ChoreTask
from bot.periodic import Periodic, once_a_period, own_minute
from persona.freshness import Freshness
from persona.ports import Clock
from persona.preferences import Preferences
from persona.schedule import Hourly
from storage.database import Database
from storage.staleness import count_staleness, owed_by_model

HOURLY: Final = "hourly_staleness"
_AN_HOUR: Final = 500

Retry = Callable[[int, Sequence[int]], Awaitable[None]]
"""Promises that the personas of a workspace's contacts are written anew."""


def _hourly(preferences: Preferences) -> Hourly:
    return Hourly(own_minute(preferences.workspace_id))


class StalePersonas:
    """Looks after a workspace's personas."""

    periodic: Final = Periodic(HOURLY, _hourly)

    def __init__(self, *, database: Database, has_model: bool, retry: Retry, clock: Clock) -> None:
        self._database, self._has_model, self._retry, self._clock = database, has_model, retry, clock

    @property
    def tasks(self) -> Mapping[str, ChoreTask]:
        """The chore, by name."""
        return {HOURLY: once_a_period(HOURLY, self.look, database=self._database)}

    async def look(self, *, workspace_id: int, period: str) -> None:  # noqa: ARG002 - each period looks at what is now
        """The chore of an hour. After an hour without a model what rules wrote meanwhile is so written by it."""
        now, limits, owed = self._clock(), Freshness(), list[int]()
        async with self._database.workspace(workspace_id) as connection:
            await count_staleness(connection, workspace_id, limits, now=now)
            if self._has_model:
                tried = now - limits.retry_model_after
                owed = await owed_by_model(connection, workspace_id, tried_before=tried, at_most=_AN_HOUR)
        if owed:
            await self._retry(workspace_id, owed)
