"""Share: the form opens at once, what it says is kept as a promise, and the modal tells how it ended."""

from collections.abc import Mapping
from typing import Any, Final

from blocks.refusals import HIDDEN_THERE, PERSONA_GONE
from blocks.share_form import share_form, share_modal, shared_in, stands_in
from bot.desk import Desk
from bot.handlers.requests import ShareAsked, ShareSubmitted
from bot.ladder import Render, just
from bot.posting import Place, Poster, Reply
from bot.promises import Task
from bot.sharing import Sharing, refusal
from persona.errors import ChannelRefusedError, ContactNotFoundError, DeliveryError, NotForYouError

SHARE: Final = "share_persona"


class ShareForm:
    """Opens the form and shares what it asks for."""

    def __init__(self, desk: Desk, *, sharing: Sharing, poster: Poster) -> None:
        self._desk, self._sharing, self._poster = desk, sharing, poster

    @property
    def tasks(self) -> Mapping[str, Task]:
        """What a worker does, by name."""
        return {SHARE: self.share}

    async def open(self, asked: ShareAsked) -> None:
        """Opens the form; raises NotForYouError."""
        workspace_id, _ = await self._desk.admit(asked.actor)
        modal = share_modal(asked.contact_key, asked.version)
        await self._poster.open_view(workspace_id, asked.trigger_id, modal, just(share_form()))

    async def submit(self, form: ShareSubmitted) -> None:
        """Promises to share; raises NotForYouError."""
        workspace_id, _ = await self._desk.admit(form.actor)
        reply = Reply(workspace_id, form.actor.user_id, view_id=form.view_id)
        what: dict[str, Any] = {"contact_key": form.contact_key, "channel_id": form.channel_id, "note": form.note}
        await self._desk.promises.make(SHARE, reply, lock=f"share:{form.view_id}", version=form.version, **what)

    async def share(self, *, reply: Reply, contact_key: int, version: int, channel_id: str, note: str) -> Render:
        """Posts the card, once, where every reader may see the contact.

        Raises ChannelRefusedError with the reason, and NotForYouError.
        """
        viewer = await self._desk.audience.member(reply.workspace_id, reply.user_id)
        engine = self._desk.engine_of(reply.workspace_id, viewer.owners)
        try:
            contact = await engine.contact(contact_key)
        except ContactNotFoundError:
            raise NotForYouError(PERSONA_GONE) from None
        profile = await engine.version(contact_key, version) or await engine.stored(contact_key)
        if profile is None:
            raise NotForYouError(PERSONA_GONE)
        place = Place(reply.workspace_id, channel_id)
        try:
            everyone = await self._desk.audience.of_channel(reply.workspace_id, channel_id)
            if not everyone.may_see(contact):
                raise ChannelRefusedError(HIDDEN_THERE)
            if await self._sharing.stands(place, profile, note=note):
                return just(stands_in(channel_id))
            key = f"share:{reply.view_id}"
            await self._sharing.share(place, profile, by=reply.user_id, key=key, note=note)
        except DeliveryError as error:
            raise refusal(error) from error
        return just(shared_in(channel_id))
