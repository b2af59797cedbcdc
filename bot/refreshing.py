"""Keeps personas fresh: a month's refresh spread over days, and soon after something happened; within the budget."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Final

import structlog

from bot.chores import Chores, ChoreTask
from bot.periodic import Periodic, once_a_period, own_minute
from bot.redrawing import Redrawing
from persona.engine import Engine
from persona.errors import ContactNotFoundError, DoNotProfileError, ModelBudgetError
from persona.ports import Clock, Store
from persona.preferences import Calls, Preferences, RefreshPolicy, day_of
from persona.refreshing import Outcome, Plan, Refreshed, make_plan, refresh
from persona.schedule import Monthly
from storage.ahead_store import read_ahead
from storage.database import Database
from storage.refreshing import newest_standings
from storage.workspaces import load_preferences

_log = structlog.get_logger(__name__)
MONTHLY: Final = "monthly_refresh"
CONTACT: Final = "refresh_contact"
WINDOW: Final = timedelta(days=3)
"""A month's personas are written over this time, evenly: neither the model nor the reps notice."""
_APART: Final = timedelta(seconds=2)
_AGAIN_OVER: Final = timedelta(minutes=20)
_SETTLED_S: Final = 600
"""After news it waits so long for more: a thread of mails is one refresh."""
HandOut = Callable[[int, str, Sequence[int]], Awaitable[None]]


def _monthly(preferences: Preferences) -> Monthly | None:
    if preferences.refresh is RefreshPolicy.OFF:
        return None
    return Monthly(1, time(2, own_minute(preferences.workspace_id)))


class Refreshing:
    """Plans refreshes and does them, a contact a chore: one that is killed goes on with who is left."""

    periodic: Final = Periodic(MONTHLY, _monthly)

    def __init__(
        self,
        *,
        database: Database,
        engine_of: Callable[[int], Engine],
        engine_over: Callable[[Store], Engine],
        chores: Chores,
        redrawing: Callable[[], Redrawing],
        rules: str,
        clock: Clock,
        in_batches: HandOut | None = None,
    ) -> None:
        """`redrawing` is asked for when a card is to be redrawn; without Slack there is none to ask for.

        `in_batches` promises batches of contacts under a name; without a model there are none.
        """
        self._database, self._engine_of, self._engine_over = database, engine_of, engine_over
        self._chores, self._redrawing, self._rules, self._clock = chores, redrawing, rules, clock
        self._in_batches = in_batches

    @property
    def tasks(self) -> Mapping[str, ChoreTask]:
        """The chores, by name."""
        return {MONTHLY: once_a_period(MONTHLY, self.monthly, database=self._database), CONTACT: self.refresh_contact}

    async def plan(self, workspace_id: int) -> Plan:
        """Whose persona is due, and why."""
        async with self._database.workspace(workspace_id) as connection:
            preferences = await load_preferences(connection, workspace_id)
            standings = await newest_standings(connection, workspace_id)
        return make_plan(standings, preferences, has_model=self._engine_of(workspace_id).has_model, rules=self._rules)

    async def monthly(self, *, workspace_id: int, period: str) -> None:
        """The chore: hands out one chore a contact that is due, spread over the window, or batches of them."""
        plan = await self.plan(workspace_id)
        async with self._database.workspace(workspace_id) as connection:
            calls = (await load_preferences(connection, workspace_id)).refresh_calls
        if calls is Calls.BATCH and self._in_batches is not None:
            await self._in_batches(workspace_id, period, plan.contacts)
        else:
            await self._spread(workspace_id, plan.contacts, over=WINDOW)
        due, unchanged = len(plan.contacts), plan.unchanged
        _log.info("refresh_planned", workspace_id=workspace_id, period=period, due=due, unchanged=unchanged)

    async def singly(self, workspace_id: int, contacts: Sequence[int]) -> None:
        """Promises a refresh of contacts that no batch wrote, one by one."""
        await self._spread(workspace_id, contacts, over=min(WINDOW, len(contacts) * _APART))

    async def again(self, workspace_id: int, contacts: Sequence[int]) -> None:
        """Promises a refresh of contacts that a model failed to write, unless the workspace refreshes nothing."""
        async with self._database.workspace(workspace_id) as connection:
            if (await load_preferences(connection, workspace_id)).refresh is RefreshPolicy.OFF:
                return
        await self._spread(workspace_id, contacts, over=_AGAIN_OVER)

    async def _spread(self, workspace_id: int, contacts: Sequence[int], *, over: timedelta) -> None:
        apart = over / max(1, len(contacts))
        for place, contact_key in enumerate(contacts):
            key = f"{CONTACT}:{workspace_id}:{contact_key}"
            after_s = (place * apart).total_seconds()
            await self._chores.make(
                CONTACT, key=key, workspace_id=workspace_id, after_s=after_s, contact_key=contact_key
            )

    async def heard(self, workspace_id: int, contacts: Sequence[int]) -> None:
        """Promises a refresh of those contacts whose persona is out of date now, where the workspace wants that."""
        async with self._database.workspace(workspace_id) as connection:
            if (await load_preferences(connection, workspace_id)).refresh is not RefreshPolicy.NEWS:
                return
        engine = self._engine_of(workspace_id)
        for contact_key in contacts:
            try:
                stored = await engine.stored(contact_key)
            except (ContactNotFoundError, DoNotProfileError):
                continue
            if stored is not None and not engine.is_fresh(stored):
                key = f"{CONTACT}:{workspace_id}:{contact_key}"
                await self._chores.make(
                    CONTACT, key=key, workspace_id=workspace_id, after_s=_SETTLED_S, contact_key=contact_key
                )

    async def refresh_contact(self, *, workspace_id: int, contact_key: int) -> None:
        """The chore of one contact; when the day's budget is used up it is put off to the next day."""
        try:
            refreshed = await self.refresh(workspace_id, contact_key)
        except (ContactNotFoundError, DoNotProfileError):
            return
        except ModelBudgetError:
            await self._put_off(workspace_id, contact_key)
            return
        if refreshed.outcome is Outcome.WRITTEN:
            await self._redrawing().renew(workspace_id, contact_key)

    async def refresh(self, workspace_id: int, contact_key: int) -> Refreshed:
        """Refreshes one contact now; raises ModelBudgetError, ContactNotFoundError and DoNotProfileError."""
        store = await read_ahead(self._database, workspace_id, contact_key, until=self._clock())
        return await refresh(self._engine_over(store), store, contact_key, clock=self._clock)

    async def _put_off(self, workspace_id: int, contact_key: int) -> None:
        async with self._database.workspace(workspace_id) as connection:
            zone = (await load_preferences(connection, workspace_id)).time_zone
        now: datetime = self._clock()
        ends = day_of(now, zone)[1]
        after_s = (ends - now).total_seconds() + contact_key % 3600
        key = f"{CONTACT}:{workspace_id}:{contact_key}"
        await self._chores.make(CONTACT, key=key, workspace_id=workspace_id, after_s=after_s, contact_key=contact_key)
