"""What recurs in every workspace: handed out once a period by whichever clock looks first, done once by a worker."""

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import structlog

from bot.chores import Chores, ChoreTask
from persona.errors import SettingsError
from persona.ports import Clock
from persona.preferences import Preferences, read_preferences
from persona.schedule import Period, Rule, latest_due
from storage.database import Database
from storage.periods import Standing, hand_out, is_over, mark_done, remember_tick, standings

_log = structlog.get_logger(__name__)
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Periodic:
    """A chore by its task's name, and when it is due in a workspace; None where that wants none."""

    name: str
    rule: Callable[[Preferences], Rule | None]


class Schedule:
    """Hands out what is due."""

    def __init__(self, *, database: Database, chores: Chores, clock: Clock, periodics: Sequence[Periodic]) -> None:
        self._database, self._chores, self._clock, self.periodics = database, chores, clock, periodics

    async def tick(self) -> int:
        """Hands out every period that is due and wasn't handed out; how many. Of missed ones only the newest is.

        Any number of clocks may tick at once. A workspace has no period that was due before it was there.
        """
        now = self._clock()
        given = 0
        for workspace in await standings(self._database):
            for periodic, period in self._due(workspace, now):
                given += await self._hand_out(workspace.workspace_id, periodic.name, period)
        await remember_tick(self._database)
        return given

    def _due(self, workspace: Standing, now: datetime) -> Iterator[tuple[Periodic, Period]]:
        try:
            preferences = read_preferences(workspace.workspace_id, workspace.time_zone, workspace.settings)
        except SettingsError as error:
            _log.warning("settings_unusable", workspace_id=workspace.workspace_id, reason=error.user_message)
            return
        for periodic in self.periodics:
            rule = periodic.rule(preferences)
            if rule is not None:
                period = latest_due(rule, now, preferences.time_zone)
                if period.due_at > max(workspace.created_at, workspace.handed_out.get(periodic.name, _NEVER)):
                    yield periodic, period

    async def _hand_out(self, workspace_id: int, chore: str, period: Period) -> bool:
        """Hands a period out and stores its chore in one transaction."""
        async with self._database.workspace(workspace_id) as connection:
            first = await hand_out(connection, workspace_id, chore, period)
            if first:
                key = f"{chore}:{workspace_id}:{period.name}"
                await self._chores.make(
                    chore, key=key, workspace_id=workspace_id, within=connection, period=period.name
                )
        return first


def once_a_period(name: str, task: ChoreTask, *, database: Database) -> ChoreTask:
    """The task, which gets `workspace_id` and `period`, done no more when it has ended well for that period.

    Nor when a later period was handed out: what workers slept through for weeks is done once.
    """

    async def done_once(*, workspace_id: int, period: str) -> None:
        async with database.workspace(workspace_id) as connection:
            if await is_over(connection, workspace_id, name, period):
                return
        await task(workspace_id=workspace_id, period=period)
        async with database.workspace(workspace_id) as connection:
            await mark_done(connection, workspace_id, name, period)

    return done_once


def own_minute(workspace_id: int) -> int:
    """A minute from 0 to 59 that is a workspace's own: a thousand of them don't begin at once."""
    return zlib.crc32(str(workspace_id).encode()) % 60
