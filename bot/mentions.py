"""`@Persona Jane Doe` in a channel: the card for everyone there, or for the asker only when not all may see."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from blocks.card import Card
from blocks.notices import choose_contact, help_card, not_found
from blocks.persona_card import persona_card
from blocks.refusals import HIDDEN_FOR_YOU
from bot.actors import Actor, Team
from bot.desk import Desk
from bot.handlers.requests import Mention
from bot.ladder import Render, just
from bot.once import once
from bot.posting import Place, Reply
from bot.promises import Task
from bot.sharing import Sharing
from persona.engine import Engine
from persona.errors import ChannelRefusedError
from persona.finding import those_meant, worth_naming
from persona.model import Contact, Profile
from persona.ports import Clock
from storage.database import Database

MENTION: Final = "answer_mention"


class Mentions:
    """Hears mentions and answers them."""

    def __init__(self, desk: Desk, *, database: Database, sharing: Sharing, clock: Clock) -> None:
        self._desk, self._database, self._sharing, self._clock = desk, database, sharing, clock

    @property
    def tasks(self) -> Mapping[str, Task]:
        """What a worker does, by name."""
        return {MENTION: self.answer}

    async def hear(self, mention: Mention) -> None:
        """Promises an answer once, however often Slack delivers the event."""
        workspace_id = await self._desk.tenants.workspace(mention.actor.team)
        user_id, thread = mention.actor.user_id, mention.thread_ts
        reply = Reply(workspace_id, user_id, channel_id=mention.channel_id, thread_ts=thread)
        what: dict[str, Any] = {"actor": asdict(mention.actor), "query": mention.query, "event_id": mention.event_id}
        async with once(self._database, workspace_id, mention.event_id) as first:
            if first:
                await self._desk.promises.make(MENTION, reply, within=first, **what)

    async def answer(self, *, reply: Reply, actor: dict[str, Any], query: str, event_id: str) -> Render | None:
        """Posts the card in the thread, or returns what only the asker is to see. Raises NotForYouError."""
        who = Actor(Team(**actor["team"]), actor["user_id"], actor["user_team_id"])
        viewer = await self._desk.audience.viewer(reply.workspace_id, who)
        engine = self._desk.engine_of(reply.workspace_id, viewer.owners)
        found = await self._find(engine, query)
        if isinstance(found, Card):
            return just(found)
        refusal = await self._refusal(reply, found)
        profile = await self._written(reply, engine, found, whole=not refusal)
        if refusal:
            return just(persona_card(profile, now=self._clock(), notice=refusal))
        place = Place(reply.workspace_id, reply.channel_id, reply.thread_ts)
        await self._sharing.share(place, profile, by=reply.user_id, key=f"mention:{event_id}")
        return None

    async def _find(self, engine: Engine, query: str) -> Contact | Card:
        """The contact meant, or the card that says why there is none."""
        if not query or query.lower() == "help":
            return help_card()
        matches = await engine.find(query)
        meant = those_meant(matches)
        if len(meant) == 1:
            return await engine.contact(meant[0].contact.key)
        return choose_contact(query, meant) if meant else not_found(query, worth_naming(matches))

    async def _refusal(self, reply: Reply, contact: Contact) -> str:
        """Why the card isn't posted; empty when every member may see the contact and there weren't too many lately."""
        try:
            everyone = await self._desk.audience.of_channel(reply.workspace_id, reply.channel_id)
        except ChannelRefusedError as error:
            return error.user_message
        if not everyone.may_see(contact):
            return HIDDEN_FOR_YOU
        return await self._sharing.too_many(Place(reply.workspace_id, reply.channel_id), by=reply.user_id)

    async def _written(self, reply: Reply, engine: Engine, contact: Contact, *, whole: bool) -> Profile:
        """The persona, written now unless a fresh one is stored, as the channel or the asker alone may see it."""
        written = await self._desk.engine_of(reply.workspace_id, None).ask(contact.key)
        return written if whole else await engine.stored(contact.key) or written
