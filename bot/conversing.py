"""The conversation: a question in the Messages tab is answered in its thread, one at a time, from what is on record."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from blocks.answer import READING, answer_card, answer_sources, answer_text, prompts, which, whom
from blocks.notices import help_card
from bot.actors import Actor, Team
from bot.desk import Desk
from bot.handlers.requests_conversation import AboutChosen, Asked, Stopped, TabOpened
from bot.once import once
from bot.posting import Place, Reply
from bot.promises import Task
from bot.streaming import Streamed, Streaming
from bot.whom import people_in
from persona.engine import Engine
from persona.errors import ContactNotFoundError
from persona.model import ContactMatch, Fit
from storage import conversations
from storage.contacts import newest_contact
from storage.conversations import Thread
from storage.database import AsyncConnection, Database

ANSWER: Final = "answer_question"
_HELP: Final = frozenset({"help", "?", "hilfe", "aide", "ayuda", "aiuto", "ajuda"})


class Conversing:
    """Hears questions, finds whom they are about, and answers."""

    def __init__(self, desk: Desk, *, database: Database, streaming: Streaming) -> None:
        self._desk, self._database, self._streaming = desk, database, streaming

    @property
    def tasks(self) -> Mapping[str, Task]:
        """What a worker does, by name."""
        return {ANSWER: self.answer}

    async def hear(self, asked: Asked) -> None:
        """Promises an answer once, however often Slack delivers the event."""
        workspace_id = await self._desk.tenants.workspace(asked.actor.team)
        thread = Thread(workspace_id, asked.channel_id, asked.thread_ts)
        async with once(self._database, workspace_id, asked.event_id) as first:
            if first is None:
                return
            await conversations.open_question(first, thread, asked.ts)
            await self._promise(thread, asked.actor, asked.ts, asked.text, within=first)

    async def suggest(self, opened: TabOpened) -> None:
        """Suggests questions about the contact something happened with last; raises NotForYouError."""
        workspace_id, viewer = await self._desk.admit(opened.actor)
        async with self._database.workspace(workspace_id, owners=viewer.owners) as connection:
            newest = await newest_contact(connection, workspace_id)
        await self._streaming.suggest(Place(workspace_id, opened.channel_id), prompts(newest))

    async def stop(self, stopped: Stopped) -> None:
        """Nobody waits for the answer any more."""
        workspace_id = await self._desk.tenants.workspace(stopped.actor.team)
        async with self._database.workspace(workspace_id) as connection:
            await conversations.stop_answering(connection, Thread(workspace_id, stopped.channel_id, stopped.thread_ts))
        await self._streaming.status(Place(workspace_id, stopped.channel_id, stopped.thread_ts), "")

    async def choose(self, chosen: AboutChosen) -> None:
        """Promises the answer to the question that waits, about who was chosen; raises NotForYouError."""
        workspace_id, viewer = await self._desk.admit(chosen.actor)
        await self._desk.seen(workspace_id, viewer.user_id, chosen.contact_key)
        thread = Thread(workspace_id, chosen.channel_id, chosen.thread_ts)
        async with self._database.workspace(workspace_id) as connection:
            waiting = await conversations.waiting_question(connection, thread)
            await conversations.speak_of(connection, thread, chosen.contact_key)
        if waiting:
            await self._promise(thread, chosen.actor, waiting[1], waiting[0], contact_key=chosen.contact_key)

    async def answer(
        self,
        *,
        reply: Reply,
        actor: dict[str, Any],
        thread: dict[str, Any],
        ts: str,
        text: str,
        contact_key: int | None,
    ) -> None:
        """Streams the answer into the thread, or posts what else there is to say there.

        Raises NotForYouError, DoNotProfileError and DeliveryError.
        """
        where = Thread(**thread)
        viewer = await self._desk.audience.viewer(reply.workspace_id, _actor(actor))
        if await self._is_stopped(where, ts):
            return
        place = Place(where.workspace_id, where.channel_id, where.thread_ts)
        if text.strip().lower() in _HELP:
            await self._streaming.say(place, help_card())
            return
        engine = self._desk.engine_of(reply.workspace_id, viewer.owners)
        people = await self._people(engine, where, text, contact_key)
        if len(people) == 1:
            await self._tell(engine, where, ts, text, people[0].contact.key)
            return
        if people:
            await self._keep(where, text)
        await self._streaming.say(place, which(people) if people else whom())

    async def _promise(
        self,
        thread: Thread,
        actor: Actor,
        ts: str,
        text: str,
        *,
        contact_key: int | None = None,
        within: AsyncConnection | None = None,
    ) -> None:
        """One answer at a time in a thread."""
        reply = Reply(thread.workspace_id, actor.user_id, thread_ts=thread.thread_ts)
        lock = f"talk:{thread.workspace_id}:{thread.channel_id}:{thread.thread_ts}"
        what = {"actor": asdict(actor), "thread": asdict(thread), "ts": ts, "text": text, "contact_key": contact_key}
        await self._desk.promises.make(ANSWER, reply, lock=lock, within=within, **what)

    async def _people(
        self, engine: Engine, thread: Thread, text: str, contact_key: int | None
    ) -> tuple[ContactMatch, ...]:
        """Whom the question is about: who was chosen, who is named in it, or whom the thread speaks of."""
        async with self._database.workspace(thread.workspace_id) as connection:
            remembered = contact_key or await conversations.contact_spoken_of(connection, thread)
        known = await _still_seen(engine, remembered) if remembered else ()
        if contact_key and known:
            return known
        named = await people_in(engine, text, guess=not known)
        if known and known[0].contact.key in {match.contact.key for match in named}:
            return known
        return named or known

    async def _tell(self, engine: Engine, thread: Thread, ts: str, text: str, contact_key: int) -> None:
        """Reads, answers and streams; a second try completes what the first began."""
        place = Place(thread.workspace_id, thread.channel_id, thread.thread_ts)
        await engine.contact(contact_key)
        async with self._database.workspace(thread.workspace_id) as connection:
            await conversations.speak_of(connection, thread, contact_key)
            begun = await conversations.answer_begun(connection, thread, ts)
        await self._streaming.status(place, READING)
        if await engine.stored(contact_key) is None:
            await self._desk.engine_of(thread.workspace_id, None).ask(contact_key)
        answer = await engine.reply(contact_key, text)
        if begun:
            await self._streaming.complete(place, begun, answer_card(answer))
        elif not await self._is_stopped(thread, ts):
            await self._stream(thread, ts, Streamed(answer_text(answer), answer_sources(answer), answer_card(answer)))
        await self._streaming.status(place, "")

    async def _stream(self, thread: Thread, ts: str, answer: Streamed) -> None:
        async def begun(answer_ts: str) -> None:
            async with self._database.workspace(thread.workspace_id) as connection:
                await conversations.set_answer(connection, thread, ts, answer_ts)

        async def stopped() -> bool:
            return await self._is_stopped(thread, ts)

        place = Place(thread.workspace_id, thread.channel_id, thread.thread_ts)
        await self._streaming.send(place, answer, begun=begun, stopped=stopped)

    async def _is_stopped(self, thread: Thread, ts: str) -> bool:
        async with self._database.workspace(thread.workspace_id) as connection:
            return await conversations.is_stopped(connection, thread, ts)

    async def _keep(self, thread: Thread, text: str) -> None:
        async with self._database.workspace(thread.workspace_id) as connection:
            await conversations.keep_question(connection, thread, text)


async def _still_seen(engine: Engine, contact_key: int) -> tuple[ContactMatch, ...]:
    """The contact a thread speaks of, unless they are gone or not to be seen by who asks now."""
    try:
        contact = await engine.contact(contact_key)
    except ContactNotFoundError:
        return ()
    return (ContactMatch(contact, 1.0, Fit.EXACT),)


def _actor(stored: Mapping[str, Any]) -> Actor:
    return Actor(Team(**stored["team"]), stored["user_id"], stored["user_team_id"])
