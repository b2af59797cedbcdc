"""Links to contacts of the CRM unfurl to a short card, where every reader may see the contact."""

from collections.abc import Mapping
from typing import Final

from blocks.link_preview import link_preview
from bot.desk import Desk
from bot.handlers.requests_links import LinksShared
from bot.ladder import just
from bot.once import once
from bot.posting import Link, Poster, Reply
from bot.promises import Task
from persona.errors import ChannelRefusedError, ContactNotFoundError
from persona.ports import Clock
from persona.record_links import contact_id_in
from storage.contacts import contact_of_id
from storage.database import Database
from storage.workspaces import load_preferences

UNFURL: Final = "unfurl_link"


class Unfurling:
    """Hears of links. What must not be seen is left as it is, without a word."""

    def __init__(self, desk: Desk, *, database: Database, poster: Poster, clock: Clock) -> None:
        self._desk, self._database, self._poster, self._clock = desk, database, poster, clock

    @property
    def tasks(self) -> Mapping[str, Task]:
        """What a worker does, by name."""
        return {UNFURL: self.unfurl}

    async def hear(self, shared: LinksShared) -> None:
        """Promises a card for each link to a contact, once.

        A link still being typed is left alone: who will read it isn't known. Slack asks again when it is sent.
        """
        workspace_id = await self._desk.tenants.workspace(shared.actor.team)
        async with self._database.workspace(workspace_id) as connection:
            pattern = (await load_preferences(connection, workspace_id)).record_url
            found = {url: contact_id for url in shared.urls if (contact_id := contact_id_in(url, pattern))}
        if not found or shared.typing or await self._desk.audience.is_foreign(workspace_id, shared.actor):
            return
        reply = Reply(workspace_id, shared.actor.user_id, channel_id=shared.channel_id)
        async with once(self._database, workspace_id, shared.event_id) as first:
            for url, contact_id in found.items() if first else ():
                link = {"url": url, "unfurl_id": shared.unfurl_id, "source": shared.source}
                await self._desk.promises.make(UNFURL, reply, within=first, contact_id=contact_id, link=link)

    async def unfurl(self, *, reply: Reply, contact_id: str, link: dict[str, str]) -> None:
        """Shows the card of what is stored; nothing is written for a link."""
        try:
            everyone = await self._desk.audience.of_channel(reply.workspace_id, reply.channel_id)
        except ChannelRefusedError:
            return
        async with self._database.workspace(reply.workspace_id, owners=everyone.owners) as connection:
            contact = await contact_of_id(connection, reply.workspace_id, contact_id)
        if contact is None or contact.do_not_profile:
            return
        engine = self._desk.engine_of(reply.workspace_id, everyone.owners)
        try:
            profile = await engine.stored(contact.key) or await engine.measure(contact.key)
        except ContactNotFoundError:
            return
        await self._poster.unfurl(reply.workspace_id, Link(**link), just(link_preview(profile, now=self._clock())))
