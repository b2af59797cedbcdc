"""What a rep gets for what they asked: one answer, from what is stored when it can be, at once in any case."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final

from cachetools import LRUCache

from blocks.card import Card
from blocks.notices import (
    admins_only,
    channel_allowed,
    channel_disallowed,
    choose_contact,
    empty_card,
    help_card,
    not_found,
    working_card,
)
from blocks.persona_card import persona_card
from bot.actors import Actor, Team
from bot.desk import Desk
from bot.handlers.requests import ButtonPress, PersonaCommand
from bot.ladder import Render, just
from bot.metrics import Metrics
from bot.patience import within
from bot.posting import Reply
from bot.promises import Task
from bot.reviewing import Reviewing
from bot.showing import SHOW_TAB, WRITE, writing_lock
from bot.status import Status
from persona.engine import Engine
from persona.errors import DatabaseBusyError
from persona.finding import those_meant, worth_naming
from persona.model import Method, Profile
from persona.ports import Clock
from persona.ratings import Ratings
from persona.visibility import MemberRole, Viewer
from storage.database import Database
from storage.members import set_channel
from storage.store import StoredAnswer, WorkspaceStore

ANSWER: Final = "answer_command"
SLOW_AFTER_S: Final = 1.5
PROMISE_WITHIN_S: Final = 0.8
TOO_SLOW: Final = "The database is too slow to answer just now. Nothing was lost; please try again in a minute."
_CACHED: Final = 512


class Answers:
    """Answers commands and buttons of any workspace."""

    def __init__(
        self,
        desk: Desk,
        *,
        database: Database,
        status: Status,
        reviewing: Reviewing,
        metrics: Metrics,
        clock: Clock,
    ) -> None:
        self._desk, self._database, self._status, self._clock = desk, database, status, clock
        self._reviewing, self._metrics = reviewing, metrics
        self._profiles: LRUCache[tuple[int, int | None, datetime | None, str], Profile] = LRUCache(maxsize=_CACHED)
        self._cards: LRUCache[tuple[int, int | None, datetime | None, str, Ratings, int, int], Card] = LRUCache(_CACHED)

    @property
    def tasks(self) -> Mapping[str, Task]:
        """What a worker does, by name."""
        return {ANSWER: self.answer}

    async def command(self, command: PersonaCommand) -> Card:
        """The card for a command within Slack's three seconds: the answer, or "working on it" and the answer by job."""
        if command.wants_help:
            return help_card()
        try:
            return await within(SLOW_AFTER_S, self.find(command))
        except TimeoutError:
            return await self._later(command)

    async def _later(self, command: PersonaCommand) -> Card:
        """Promises the answer as a job; raises DatabaseBusyError when even that takes too long."""
        actor = command.actor
        reply = Reply(0, actor.user_id, response_url=command.response_url)
        asked: dict[str, Any] = {"query": command.query, "method": command.method.value if command.method else None}
        try:
            await within(PROMISE_WITHIN_S, self._desk.promises.make(ANSWER, reply, actor=asdict(actor), **asked))
        except TimeoutError as error:
            raise DatabaseBusyError(TOO_SLOW) from error
        return working_card(command.query)

    async def find(self, command: PersonaCommand) -> Card:
        """The card for a command, however long it takes.

        Raises DoNotProfileError, UnknownWorkspaceError and NotForYouError.
        """
        workspace_id, viewer = await self._desk.admit(command.actor)
        if command.wants_status or command.allows is not None:
            return await self._of_workspace(workspace_id, viewer, command)
        asked = _Asked(command, workspace_id, self._desk.engine_of(workspace_id, viewer.owners), viewer)
        if command.method is None:
            store = WorkspaceStore(self._database, workspace_id, owners=viewer.owners)
            found = await store.answer_stored(command.query)
            if found:
                return await self._stored_card(asked, found) or await self._card(asked, found.contact_key)
        matches = await asked.engine.find(command.query)
        meant = those_meant(matches)
        if len(meant) > 1:
            return choose_contact(command.query, meant)
        if meant:
            return await self._card(asked, meant[0].contact.key)
        named = worth_naming(matches)
        if named:
            return not_found(command.query, named)
        return await self._nobody(asked)

    async def _of_workspace(self, workspace_id: int, viewer: Viewer, command: PersonaCommand) -> Card:
        """How the workspace stands; or an admin says if personas may stand in the channel they type in."""
        if command.wants_status:
            return await self._status.card(workspace_id, viewer)
        if viewer.role is not MemberRole.ADMIN:
            return admins_only()
        channel_id, allowed = command.channel_id, command.allows is True
        async with self._database.workspace(workspace_id) as connection:
            await set_channel(connection, workspace_id, channel_id, allowed=allowed, by=viewer.user_id)
        await self._reviewing.ask(command.actor.team, channel_id)
        return channel_allowed() if allowed else channel_disallowed()

    async def answer(self, *, reply: Reply, actor: dict[str, Any], query: str, method: str | None) -> Render:
        """`find` for a worker."""
        team = Team(**actor["team"])
        who = Actor(team, actor["user_id"], actor["user_team_id"])
        chosen = Method(method) if method else None
        return just(await self.find(PersonaCommand(who, query, chosen, reply.response_url)))

    async def press(self, button: ButtonPress) -> None:
        """Promises what a button asks for; raises DatabaseBusyError when that takes too long for Slack."""
        try:
            await within(SLOW_AFTER_S, self._promise(button))
        except TimeoutError as error:
            raise DatabaseBusyError(TOO_SLOW) from error

    async def _promise(self, button: ButtonPress) -> None:
        workspace_id, _ = await self._desk.admit(button.actor)
        press, user_id = button.press, button.actor.user_id
        reply = Reply(
            workspace_id,
            user_id,
            view_id=button.view_id,
            response_url=button.response_url,
            replaces=button.private,
            metadata=button.metadata,
        )
        if press.tab is None:
            await self._write(reply, press.contact_key, method=None, after=press.version if press.refresh else None)
        else:
            tab, version = press.tab.value, press.version
            await self._desk.promises.make(SHOW_TAB, reply, contact_key=press.contact_key, tab=tab, version=version)

    async def _write(self, reply: Reply, contact_key: int, *, method: Method | None, after: int | None) -> None:
        lock = writing_lock(reply.workspace_id, contact_key)
        chosen = method.value if method else None
        what: dict[str, Any] = {"contact_key": contact_key, "method": chosen, "after": after}
        await self._desk.promises.make(WRITE, reply, lock=lock, asked_at=self._clock().isoformat(), **what)

    async def _card(self, asked: "_Asked", contact_key: int) -> Card:
        """What is known of a contact now; what is missing or stale is promised as a job."""
        engine, method = asked.engine, asked.command.method
        stored = await engine.stored(contact_key, method=method)
        if stored is None and method is not None:
            stored = await engine.stored(contact_key)
        if stored and engine.serves(stored, method=method):
            self._metrics.card("stored")
            return persona_card(stored, now=self._clock())
        if method is Method.BASIC:  # no text is read and no model asked: quicker written than promised
            whole = self._desk.engine_of(asked.workspace_id, None)
            return persona_card(await whole.ask(contact_key, method=Method.BASIC), now=self._clock())
        if stored and stored.persona and method not in {None, stored.persona.method}:
            stored = None
        profile = stored or await engine.measure(contact_key)
        await self._write(asked.reply, contact_key, method=method, after=None)
        notice = "Bringing this persona up to date…" if stored else ""
        return persona_card(profile, now=self._clock(), notice=notice)

    async def _stored_card(self, asked: "_Asked", found: StoredAnswer) -> Card | None:
        """The card of a fresh persona of the one contact exactly meant. It is drawn once a minute at most."""
        if found.persona_key is None or found.changed:  # a changed contact's card is read anew each time
            return None
        profile = await self._profile(asked, found)
        if profile is None or not asked.engine.serves(profile):
            return None
        self._metrics.card("stored")
        now = self._clock()
        minute = int(now.timestamp() // 60)
        known = (asked.workspace_id, found.persona_key, found.corrected_at, found.settings, found.ratings)
        key = (*known, found.newer_interactions, minute)
        card = self._cards.get(key)
        if card is None:
            card = self._cards[key] = persona_card(profile, now=now)
        return card

    async def _profile(self, asked: "_Asked", found: StoredAnswer) -> Profile | None:
        """The profile of a stored persona, read once; None when it is gone by now.

        The card shows nobody but the contact, whom this viewer may see, so it is the same for every viewer.
        """
        key = (asked.workspace_id, found.persona_key, found.corrected_at, found.settings)
        profile = self._profiles.get(key)
        if profile is None:
            profile = await asked.engine.stored(found.contact_key)
            if profile is None:
                return None
            self._profiles[key] = profile
        return replace(profile, newer_interactions=found.newer_interactions, ratings=found.ratings)

    async def _nobody(self, asked: "_Asked") -> Card:
        empty = not await WorkspaceStore(self._database, asked.workspace_id).has_contacts()
        return empty_card() if empty else not_found(asked.command.query, [])


@dataclass(frozen=True, slots=True)
class _Asked:
    """A command, who asks, and the engine as they may see."""

    command: PersonaCommand
    workspace_id: int
    engine: Engine
    viewer: Viewer

    @property
    def reply(self) -> Reply:
        """Where they are answered later."""
        return Reply(self.workspace_id, self.command.actor.user_id, response_url=self.command.response_url)
