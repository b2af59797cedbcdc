"""`/persona status`: how the workspace stands, as who asks may know it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from blocks.card import Card
from blocks.home_health import Failed, Health
from blocks.status_card import Link, Month, Standing, Workings, status_card
from bot.dead_letters import of_workspace
from bot.slack_calls import SlackCalls
from bot.tokens import Tokens
from persona.errors import BatchesMissingError, DeliveryError, UnknownWorkspaceError
from persona.ports import Clock
from persona.preferences import Budget, Calls, Preferences, Spending, day_of
from persona.visibility import MemberRole, Viewer
from persona.writers.request import LANGUAGES
from storage.attempts import spent_since
from storage.batches import newest_fault
from storage.database import Database
from storage.jobs import DeadLetter, dead_letters
from storage.staleness import Staleness, staleness_of
from storage.status import Backlog, backlog_of, holdings_of
from storage.workspaces import load_preferences

_SLACK_WITHIN_S: Final = 0.8


class Status:
    """Tells how a workspace stands. `model` is the one that writes, None where rules do."""

    def __init__(
        self,
        *,
        database: Database,
        calls: SlackCalls,
        tokens: Tokens,
        model: str | None,
        budget: Budget,
        clock: Clock,
    ) -> None:
        self._database, self._calls, self._tokens, self._clock = database, calls, tokens, clock
        self._model, self._budget = model, budget

    async def card(self, workspace_id: int, viewer: Viewer) -> Card:
        """The card for one viewer. It takes Slack's word within 0.8 s, else says that Slack was silent."""
        now = self._clock()
        async with self._database.workspace(workspace_id, owners=viewer.owners) as connection:
            held = await holdings_of(connection, workspace_id)
        workings = await self._workings(workspace_id) if viewer.role is MemberRole.ADMIN else None
        link = await self._link(workspace_id)
        newest = held.newest_interaction_at
        return status_card(Standing(link, held.contacts, held.imported_at, newest, workings), now=now)

    async def health(self, workspace_id: int) -> Health:
        """How a workspace's connections are, for its admins."""
        async with self._database.workspace(workspace_id) as connection:
            held = await holdings_of(connection, workspace_id)
            chosen = await load_preferences(connection, workspace_id)
            backlog = await backlog_of(connection, workspace_id, now=self._clock())
            dead = await dead_letters(connection, of_workspace(workspace_id, now=self._clock()))
        return Health(
            link=await self._link(workspace_id),
            by_link=await self._tokens.by_link(workspace_id),
            model=self._model,
            newest_interaction_at=held.newest_interaction_at,
            waiting=backlog.waiting,
            failed=_failed(dead),
            visibility=chosen.visibility,
            language=LANGUAGES.get(chosen.language, chosen.language),
        )

    async def _workings(self, workspace_id: int) -> Workings:
        now = self._clock()
        async with self._database.workspace(workspace_id) as connection:
            chosen = await load_preferences(connection, workspace_id)
            spent = await spent_since(connection, workspace_id, day_of(now, chosen.time_zone)[0])
            backlog = await backlog_of(connection, workspace_id, now=now)
            stale = await staleness_of(connection, workspace_id)
            fault = await newest_fault(connection, workspace_id)
        return replace(self._at_work(chosen, spent, backlog, stale), month=self._month(chosen, fault))

    def _month(self, chosen: Preferences, fault: str | None) -> Month | None:
        if self._model is None or chosen.refresh_calls is not Calls.BATCH:
            return None
        if fault == BatchesMissingError.outcome:
            return Month.NO_BATCHES
        return Month.NOT_TAKEN if fault else Month.IN_BATCHES

    def _at_work(self, chosen: Preferences, spent: Spending, backlog: Backlog, stale: Staleness | None) -> Workings:
        budget = self._budget.of(chosen)
        return Workings(
            model=self._model,
            variants=chosen.variants,
            usd_left=None if budget.usd is None else max(budget.usd - spent.usd, 0.0),
            tokens_left=None if budget.tokens is None else max(budget.tokens - spent.tokens, 0),
            waiting=backlog.waiting,
            oldest_at=backlog.oldest_at,
            failed=backlog.failed,
            personas=stale.personas if stale else 0,
            out_of_date=stale.out_of_date if stale else 0,
        )

    async def _link(self, workspace_id: int) -> Link:
        try:
            async with asyncio.timeout(_SLACK_WITHIN_S):
                await self._calls.call(workspace_id, "auth.test")
        except UnknownWorkspaceError:
            return Link.ABSENT
        except DeliveryError as error:
            return Link.SILENT if error.retry else Link.REFUSED
        except TimeoutError:
            return Link.SILENT
        return Link.ANSWERS


def _failed(dead: Sequence[DeadLetter]) -> Failed:
    """What the Home says of them; a task's name in words."""
    if not dead:
        return Failed()
    wanted = sum(letter.wanted for letter in dead)
    return Failed(len(dead), wanted, dead[0].task.replace("_", " "), dead[0].failed_at)
