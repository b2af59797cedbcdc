"""What a rep gets for what they asked: one answer, from what is stored when it can be, at once in any case."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Final, Protocol

from cachetools import LRUCache, TTLCache

from blocks.card import Card
from blocks.evidence_card import evidence_card
from blocks.ids import Tab
from blocks.insights_card import insights_card
from blocks.notices import choose_contact, empty_card, help_card, not_found, working_card
from blocks.persona_card import persona_card
from blocks.sheet import superseded
from bot.handlers.requests import ButtonPress, PersonaCommand, Team
from bot.posting import Render
from persona.engine import Engine
from persona.errors import DatabaseUnreachableError, UnknownWorkspaceError
from persona.finding import those_meant, worth_naming
from persona.model import Contact, Method, Profile
from persona.ports import Clock
from storage.database import Database
from storage.store import StoredAnswer, WorkspaceStore
from storage.workspaces import claim_default_workspace, workspace_of_team

SLOW_AFTER_S: Final = 1.5
PROMISE_WITHIN_S: Final = 0.8
TOO_SLOW: Final = "The database is too slow to answer just now. Nothing was lost; please try again in a minute."
_TEAM_TTL_S: Final = 60
_CACHED: Final = 512


class JobPort(Protocol):
    """The jobs an answer may promise."""

    async def write(
        self, *, workspace_id: int, contact_key: int, method: Method | None, after: int | None, response_url: str
    ) -> None:
        """Writes a persona, unless a fresh one or one newer than version `after` is stored; replaces the card."""
        ...

    async def show(self, *, workspace_id: int, contact_key: int, tab: Tab, version: int, response_url: str) -> None:
        """Shows another tab of the card of that version, 0 being a card without a persona."""
        ...

    async def answer(self, command: PersonaCommand) -> None:
        """Answers a command later."""
        ...


class Answers:
    """Answers commands and buttons of any workspace."""

    def __init__(
        self,
        *,
        database: Database,
        engine_of: Callable[[int], Engine],
        jobs: JobPort,
        clock: Clock,
        may_claim: Callable[[str], Awaitable[bool]],
    ) -> None:
        self._database, self._engine_of, self._jobs, self._clock = database, engine_of, jobs, clock
        self._may_claim = may_claim
        self._workspaces: TTLCache[Team, int] = TTLCache(maxsize=10_000, ttl=_TEAM_TTL_S)
        self._profiles: LRUCache[tuple[int, int, datetime | None, str], Profile] = LRUCache(maxsize=_CACHED)
        self._cards: LRUCache[tuple[int, int, datetime | None, str, int, int], Card] = LRUCache(maxsize=_CACHED)

    async def command(self, command: PersonaCommand) -> Card:
        """The card for a command within Slack's three seconds: the answer, or "working on it" and the answer by job."""
        if command.wants_help:
            return help_card()
        try:
            async with asyncio.timeout(SLOW_AFTER_S):
                return await self.find(command)
        except TimeoutError:
            return await self._later(command)

    async def _later(self, command: PersonaCommand) -> Card:
        """Promises the answer as a job; raises DatabaseUnreachableError when even that takes too long."""
        try:
            async with asyncio.timeout(PROMISE_WITHIN_S):
                await self._jobs.answer(command)
        except TimeoutError as error:
            raise DatabaseUnreachableError(TOO_SLOW) from error
        return working_card(command.query)

    async def find(self, command: PersonaCommand) -> Card:
        """The card for a command, however long it takes. Raises DoNotProfileError and UnknownWorkspaceError."""
        workspace_id = await self._workspace(command.team)
        if command.method is None:
            card = await self._stored_card(workspace_id, command.query)
            if card:
                return card
        matches = await self._engine_of(workspace_id).find(command.query)
        meant = those_meant(matches)
        if len(meant) > 1:
            return choose_contact(command.query, meant)
        if meant:
            return await self._card(workspace_id, meant[0].contact, command)
        named = worth_naming(matches)
        if named:
            return not_found(command.query, named)
        return await self._nobody(workspace_id, command.query)

    async def found(self, command: PersonaCommand) -> Render:
        """`find` for a job."""
        card = await self.find(command)
        return lambda _: card

    async def press(self, button: ButtonPress) -> None:
        """Promises what a button asks for; raises DatabaseUnreachableError when that takes too long for Slack."""
        try:
            async with asyncio.timeout(SLOW_AFTER_S):
                await self._promise(button)
        except TimeoutError as error:
            raise DatabaseUnreachableError(TOO_SLOW) from error

    async def _promise(self, button: ButtonPress) -> None:
        workspace_id = await self._workspace(button.team)
        press = button.press
        if press.tab is None:
            await self._jobs.write(
                workspace_id=workspace_id,
                contact_key=press.contact_key,
                method=None,
                after=press.version if press.refresh else None,
                response_url=button.response_url,
            )
        else:
            await self._jobs.show(
                workspace_id=workspace_id,
                contact_key=press.contact_key,
                tab=press.tab,
                version=press.version,
                response_url=button.response_url,
            )

    async def written(self, workspace_id: int, contact_key: int, *, method: Method | None, after: int | None) -> Render:
        """The persona tab, written now unless what is stored will do: a fresh one, or one newer than `after`.

        A refresh that is tried again, or pressed twice, is so written once.
        """
        engine = self._engine_of(workspace_id)
        newer = await engine.newer_than(contact_key, after) if after is not None else None
        profile = newer or await engine.ask(contact_key, method=method, fresh=after is not None)
        card = persona_card(profile, now=self._clock())
        return lambda _: card

    async def tab(self, workspace_id: int, contact_key: int, tab: Tab, *, version: int) -> Render:
        """A tab of the card of that version, which says so when a newer one is stored; of the newest when it is 0."""
        engine, now = self._engine_of(workspace_id), self._clock()
        shown = await engine.version(contact_key, version) if version else None
        newer = await engine.newer_than(contact_key, version) if shown else None
        notice = superseded(shown, newer) if shown and newer else ""
        profile = shown or await engine.stored(contact_key) or await engine.measure(contact_key)
        if tab is Tab.INSIGHTS:
            return lambda rung: insights_card(profile, now=now, rung=rung, notice=notice)
        if tab is Tab.EVIDENCE:
            card = evidence_card(profile, now=now, notice=notice)
        else:
            card = persona_card(profile, now=now, notice=notice, pending=False)
        return lambda _: card

    async def _card(self, workspace_id: int, contact: Contact, command: PersonaCommand) -> Card:
        """What is known of a contact now; what is missing or stale is promised as a job."""
        engine = self._engine_of(workspace_id)
        stored = await engine.stored(contact.key, method=command.method) or await engine.stored(contact.key)
        if stored and engine.serves(stored, method=command.method):
            return persona_card(stored, now=self._clock())
        if command.method is Method.BASIC:  # no text is read and no model asked: quicker written than promised
            return persona_card(await engine.ask(contact.key, method=Method.BASIC), now=self._clock())
        if stored and stored.persona and command.method not in {None, stored.persona.method}:
            stored = None
        profile = stored or await engine.measure(contact.key)
        await self._jobs.write(
            workspace_id=workspace_id,
            contact_key=contact.key,
            method=command.method,
            after=None,
            response_url=command.response_url,
        )
        notice = "Bringing this persona up to date…" if stored else ""
        return persona_card(profile, now=self._clock(), notice=notice)

    async def _stored_card(self, workspace_id: int, query: str) -> Card | None:
        """The card of a fresh persona of the one contact exactly meant. It is drawn once a minute at most."""
        found = await WorkspaceStore(self._database, workspace_id).answer_stored(query)
        if found is None or found.changed:  # a changed contact's card is read anew each time
            return None
        profile = await self._profile(workspace_id, found)
        if profile is None or not self._engine_of(workspace_id).serves(profile):
            return None
        now = self._clock()
        minute = int(now.timestamp() // 60)
        known = (workspace_id, found.persona_key, found.corrected_at, found.settings)
        key = (*known, found.newer_interactions, minute)
        card = self._cards.get(key)
        if card is None:
            card = self._cards[key] = persona_card(profile, now=now)
        return card

    async def _profile(self, workspace_id: int, found: StoredAnswer) -> Profile | None:
        """The profile of a stored persona, read once; None when it is gone by now."""
        key = (workspace_id, found.persona_key, found.corrected_at, found.settings)
        profile = self._profiles.get(key)
        if profile is None:
            profile = await self._engine_of(workspace_id).stored(found.contact_key)
            if profile is None:
                return None
            self._profiles[key] = profile
        return replace(profile, newer_interactions=found.newer_interactions)

    async def _nobody(self, workspace_id: int, query: str) -> Card:
        empty = not await WorkspaceStore(self._database, workspace_id).has_contacts()
        return empty_card() if empty else not_found(query, [])

    async def _workspace(self, team: Team) -> int:
        """The workspace of a Slack team. Our token's team takes over the CRM imported before any team was known."""
        known = self._workspaces.get(team)
        if known is None:
            try:
                known = await workspace_of_team(self._database, team.team_id, team.enterprise_id)
            except UnknownWorkspaceError:
                if not await self._may_claim(team.team_id):
                    raise
                known = await claim_default_workspace(self._database, team.team_id, team.enterprise_id)
            self._workspaces[team] = known
        return known
