"""The menu of a card: its history, the contacts that are alike, the way to put a claim right, and the export."""

from collections.abc import Mapping
from typing import Final

from blocks.card_menu import history_view, reading, similar_view
from blocks.claim_ids import More, parse_opened, write_opened
from blocks.measures import SIMILAR_SHOWN
from blocks.modal import Modal
from blocks.refusals import PERSONA_GONE
from bot.desk import Desk
from bot.evidence import Evidence, show_over
from bot.exporting import Exporting
from bot.handlers.requests_claims import CardAsked
from bot.ladder import Render, just
from bot.posting import Poster, Reply
from bot.promises import Task
from persona.errors import NotForYouError
from persona.ports import Clock
from storage.contacts import contact_of_id
from storage.database import Database

HISTORY, SIMILAR = "show_history", "show_similar"
_TASKS: Final[Mapping[str, str]] = {More.HISTORY: HISTORY, More.SIMILAR: SIMILAR}


class CardMenu:
    """Opens what the menu offers."""

    def __init__(
        self, desk: Desk, *, evidence: Evidence, exporting: Exporting, database: Database, poster: Poster, clock: Clock
    ) -> None:
        self._desk, self._evidence, self._exporting, self._database = desk, evidence, exporting, database
        self._poster, self._clock = poster, clock

    @property
    def tasks(self) -> Mapping[str, Task]:
        """What a worker does, by name."""
        return {HISTORY: self.history, SIMILAR: self.similar}

    async def open(self, asked: CardAsked) -> None:
        """Opens a modal at once and promises its content; raises NotForYouError."""
        if asked.asks == More.CORRECT:  # claims are put right beside their quotes
            await self._evidence.open(asked)
            return
        if asked.asks == More.EXPORT:
            await self._exporting.open(asked)
            return
        workspace_id, _ = await self._desk.admit(asked.actor)
        metadata = write_opened(asked.opened)
        modal = Modal("Persona", metadata=metadata)
        view_id = await show_over(self._poster, workspace_id, asked, modal, just(reading()))
        reply = Reply(workspace_id, asked.actor.user_id, view_id=view_id, metadata=metadata)
        await self._desk.promises.make(_TASKS[asked.asks], reply)

    async def history(self, *, reply: Reply) -> Render:
        """Every version and what people corrected. Raises NotForYouError."""
        key = parse_opened(reply.metadata).contact_key
        engine = await self._desk.seen(reply.workspace_id, reply.user_id, key)
        versions, corrections = await engine.history(key), await engine.corrections(key)
        return just(history_view(versions, corrections, now=self._clock()))

    async def similar(self, *, reply: Reply) -> Render:
        """The contacts that are alike, as far as this viewer may see them. Raises NotForYouError."""
        key = parse_opened(reply.metadata).contact_key
        engine = await self._desk.seen(reply.workspace_id, reply.user_id, key)
        profile = await engine.stored(key)
        if profile is None:
            raise NotForYouError(PERSONA_GONE)
        viewer = await self._desk.audience.member(reply.workspace_id, reply.user_id)
        async with self._database.workspace(reply.workspace_id, owners=viewer.owners) as connection:
            found = [
                await contact_of_id(connection, reply.workspace_id, one.contact_id)
                for one in profile.similar[:SIMILAR_SHOWN]
            ]
        keys = [one.key if one and not one.do_not_profile else None for one in found]
        return just(similar_view(profile, keys))
