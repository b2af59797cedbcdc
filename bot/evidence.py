"""The evidence modal: it opens at once and is filled when the quotes are read."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from blocks.claim_ids import Opened, parse_opened, write_opened
from blocks.evidence_modal import evidence_view, opening
from blocks.modal import Modal
from blocks.refusals import PERSONA_GONE
from blocks.sheet import superseded
from bot.desk import Desk
from bot.handlers.requests_claims import CardAsked, ClaimSaid
from bot.ladder import Render, just
from bot.posting import Poster, Reply
from bot.promises import Task
from persona.corrections import Correction
from persona.errors import NotForYouError
from persona.model import Profile
from persona.ports import Clock
from persona.record_links import record_link
from storage.database import Database
from storage.workspaces import load_preferences

FILL: Final = "fill_evidence"
_TITLE: Final = "Persona"


class Evidence:
    """Shows what claims rest on."""

    def __init__(self, desk: Desk, *, database: Database, poster: Poster, clock: Clock) -> None:
        self._desk, self._database, self._poster, self._clock = desk, database, poster, clock

    @property
    def tasks(self) -> Mapping[str, Task]:
        """What a worker does, by name."""
        return {FILL: self.fill}

    async def open(self, asked: CardAsked) -> None:
        """Opens the modal, over or in the one the card stands in, and promises its content; raises NotForYouError."""
        workspace_id, _ = await self._desk.admit(asked.actor)
        metadata = write_opened(asked.opened)
        view_id = await show_over(self._poster, workspace_id, asked, Modal(_TITLE, metadata=metadata), just(opening()))
        await self._desk.promises.make(
            FILL, Reply(workspace_id, asked.actor.user_id, view_id=view_id, metadata=metadata)
        )

    async def show_part(self, said: ClaimSaid) -> None:
        """Promises another part; raises NotForYouError."""
        workspace_id, _ = await self._desk.admit(said.actor)
        reply = Reply(workspace_id, said.actor.user_id, view_id=said.view_id, metadata=write_opened(said.opened))
        await self._desk.promises.make(FILL, reply)

    async def fill(self, *, reply: Reply) -> Render:
        """The claims of the version opened, or of the newest when that is gone. Raises NotForYouError."""
        opened = parse_opened(reply.metadata)
        engine = await self._desk.seen(reply.workspace_id, reply.user_id, opened.contact_key)
        profile = await engine.version(opened.contact_key, opened.version) or await engine.stored(opened.contact_key)
        newer = await engine.newer_than(opened.contact_key, opened.version) if opened.version else None
        notice = superseded(profile, newer) if profile and newer else ""
        return await self.draw(reply, opened, profile, notice=notice)

    async def draw(
        self, reply: Reply, opened: Opened, profile: Profile | None, *, notice: str = "", undo: Correction | None = None
    ) -> Render:
        """The modal's content; raises NotForYouError when there is no persona any more."""
        if profile is None:
            raise NotForYouError(PERSONA_GONE)
        async with self._database.workspace(reply.workspace_id) as connection:
            pattern = (await load_preferences(connection, reply.workspace_id)).record_url
        url = record_link(pattern, profile.contact.contact_id)
        now = self._clock()
        return just(evidence_view(profile, opened, now=now, notice=notice, undo=undo, record_url=url))


async def show_over(poster: Poster, workspace_id: int, asked: CardAsked, modal: Modal, render: Render) -> str:
    """Opens a modal for a card: over the one it stands in, or in its place where a form has to lie on top; its id."""
    if asked.replaces:
        await poster.update_view(workspace_id, asked.replaces, modal, render)
        return asked.replaces
    show = poster.push_view if asked.in_modal else poster.open_view
    return await show(workspace_id, asked.trigger_id, modal, render)


def at_newest(opened: Opened, profile: Profile | None) -> Opened:
    """The same modal on the version that is shown now."""
    return replace(opened, version=profile.persona.version) if profile and profile.persona else opened
