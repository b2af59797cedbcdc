"""The message shortcut: finds who a message speaks of, shows their persona in a modal, posts it into the thread."""

import re
from collections.abc import AsyncIterator, Mapping
from typing import Final

from blocks.found_people import found_people, nobody_named, posted, searching, with_post_button
from blocks.ids import parse_place, write_place
from blocks.modal import Modal
from blocks.persona_card import persona_card
from blocks.refusals import HIDDEN_HERE
from bot.desk import Desk
from bot.handlers.requests import ButtonPress, FromMessage
from bot.ladder import Render, just
from bot.posting import Place, Poster, Reply
from bot.promises import Task
from bot.sharing import Sharing, refusal
from bot.slack_calls import SlackCalls
from persona.engine import Engine
from persona.errors import ChannelRefusedError, DeliveryError
from persona.finding import those_meant
from persona.model import ContactMatch
from persona.people_named import addresses, possible_names
from persona.ports import Clock

FIND, POST = "find_in_message", "post_into_thread"
_MENTIONED: Final = re.compile(r"<@([UW][A-Z0-9]+)")
_TITLE: Final = "Persona"
_PEOPLE: Final = 5


class MessagePeople:
    """Opens the modal at once and fills it when the people are found."""

    def __init__(self, desk: Desk, *, sharing: Sharing, poster: Poster, calls: SlackCalls, clock: Clock) -> None:
        self._desk, self._sharing, self._poster, self._calls, self._clock = desk, sharing, poster, calls, clock

    @property
    def tasks(self) -> Mapping[str, Task]:
        """What a worker does, by name."""
        return {FIND: self.find, POST: self.post}

    async def open(self, asked: FromMessage) -> None:
        """Shows that the search has begun and promises its end; raises NotForYouError."""
        workspace_id, _ = await self._desk.admit(asked.actor)
        place = write_place(asked.channel_id, asked.thread_ts)
        modal = Modal(_TITLE, metadata=place)
        view_id = await self._poster.open_view(workspace_id, asked.trigger_id, modal, just(searching()))
        reply = Reply(workspace_id, asked.actor.user_id, view_id=view_id, metadata=place)
        await self._desk.promises.make(FIND, reply, text=asked.text, author_id=asked.author_id)

    async def press(self, button: ButtonPress, contact_key: int) -> None:
        """Promises that a contact's persona is posted into the thread the modal was opened from."""
        workspace_id, _ = await self._desk.admit(button.actor)
        parse_place(button.metadata)
        reply = Reply(workspace_id, button.actor.user_id, view_id=button.view_id, metadata=button.metadata)
        lock = f"post:{button.view_id}:{contact_key}"
        await self._desk.promises.make(POST, reply, lock=lock, contact_key=contact_key)

    async def find(self, *, reply: Reply, text: str, author_id: str) -> Render:
        """The persona of the one contact a message speaks of, a choice of several, or that there is none."""
        viewer = await self._desk.audience.member(reply.workspace_id, reply.user_id)
        engine = self._desk.engine_of(reply.workspace_id, viewer.owners)
        people = await self._people(reply.workspace_id, engine, text, author_id)
        if not people:
            return just(nobody_named())
        if len(people) > 1:
            return just(found_people(people))
        contact = people[0].contact
        written = await self._desk.engine_of(reply.workspace_id, None).ask(contact.key)
        profile = await engine.stored(contact.key) or written
        return just(with_post_button(persona_card(profile, now=self._clock()), contact.key))

    async def post(self, *, reply: Reply, contact_key: int) -> Render:
        """Posts into the thread when every reader there may see the contact. Raises ChannelRefusedError."""
        contact = await (await self._desk.seen(reply.workspace_id, reply.user_id, contact_key)).contact(contact_key)
        channel_id, thread_ts = parse_place(reply.metadata)
        place = Place(reply.workspace_id, channel_id, thread_ts)
        try:
            everyone = await self._desk.audience.of_channel(reply.workspace_id, channel_id)
            if not everyone.may_see(contact):
                raise ChannelRefusedError(HIDDEN_HERE)
            profile = await self._desk.engine_of(reply.workspace_id, None).ask(contact_key)
            if not await self._sharing.stands(place, profile):  # pressed twice, or tried again, it stands once
                key = f"post:{reply.view_id}:{contact_key}"
                await self._sharing.share(place, profile, by=reply.user_id, key=key)
        except DeliveryError as error:
            raise refusal(error) from error
        return just(posted(contact.name))

    async def _people(self, workspace_id: int, engine: Engine, text: str, author_id: str) -> list[ContactMatch]:
        """The contacts meant: Slack users mentioned and addresses first, then names, at last who wrote the message."""
        members = list(dict.fromkeys(_MENTIONED.findall(text)))[:_PEOPLE]
        known = [*addresses(text), *[address async for address in self._addresses(workspace_id, members)]]
        found = {m.contact.key: m for query in known for m in await self._meant(engine, query, exact=True)}
        if not found:
            named = possible_names(_MENTIONED.sub(" ", text))
            found = {m.contact.key: m for query in named for m in await self._meant(engine, query)}
        if not found and author_id:
            wrote = [address async for address in self._addresses(workspace_id, [author_id])]
            found = {m.contact.key: m for query in wrote for m in await self._meant(engine, query, exact=True)}
        return list(found.values())[:_PEOPLE]

    @staticmethod
    async def _meant(engine: Engine, query: str, *, exact: bool = False) -> list[ContactMatch]:
        meant = those_meant(await engine.find(query))
        return [match for match in meant if match.exact or not exact]

    async def _addresses(self, workspace_id: int, user_ids: list[str]) -> AsyncIterator[str]:
        """The addresses of Slack users; one Slack doesn't tell of has none."""
        for user_id in user_ids:
            try:
                answer = await self._calls.call(workspace_id, "users.info", user=user_id)
            except DeliveryError:
                continue
            address = ((answer.get("user") or {}).get("profile") or {}).get("email")
            if address:
                yield str(address)
