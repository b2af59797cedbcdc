"""Tells an admin, once, that the digest's channel takes it no more, or that nobody knows whether it did."""

from typing import Final

import structlog

from blocks.card import Card
from blocks.digest_refused import digest_refused, digest_unsure
from bot.audience import Audience
from bot.deliveries import Deliveries, Remember
from bot.ladder import just
from bot.posting import Place, Poster
from persona.errors import MaybeSentError
from persona.visibility import MemberRole
from storage.database import AsyncConnection, Database
from storage.deliveries import give_up_delivery
from storage.installations import load_installation
from storage.workspaces import who_changed

_log = structlog.get_logger(__name__)
_ASKED: Final = 10


class DigestRefused:
    """Finds who can do something about it."""

    def __init__(self, audience: Audience, *, database: Database, deliveries: Deliveries, poster: Poster) -> None:
        self._audience, self._database = audience, database
        self._deliveries, self._poster = deliveries, poster

    async def tell(self, workspace_id: int, channel: str, reason: str) -> None:
        """A direct message to an admin, unless one was told since the channel last took a digest.

        Raises DeliveryError when Slack takes that neither.
        """
        await self._tell(workspace_id, _key(channel), digest_refused(channel, reason))

    async def tell_unsure(self, workspace_id: int, channel: str, period: str) -> None:
        """The same, once a period, of a digest that was interrupted while it was being posted."""
        await self._tell(workspace_id, f"weekly_digest:{period}:unsure", digest_unsure(channel))

    async def _tell(self, workspace_id: int, key: str, card: Card) -> None:
        admin = await self._admin(workspace_id)
        if admin is None:
            _log.warning("digest_refusal_untold", workspace_id=workspace_id)
            return
        place = Place(workspace_id, admin)
        try:
            await self._deliveries.send(workspace_id, key, lambda: self._poster.post(place, just(card)))
        except MaybeSentError:
            return  # it may stand there; a second one would be noise

    def forget(self, workspace_id: int, channel: str) -> Remember:
        """What follows from a digest that came: its next refusal is told again."""

        async def remember(connection: AsyncConnection, _: str) -> None:
            await give_up_delivery(connection, workspace_id, _key(channel))

        return remember

    async def _admin(self, workspace_id: int) -> str | None:
        """Who last chose the digest's channel, or who installed the app: the first who is an admin still."""
        async with self._database.workspace(workspace_id) as connection:
            asked = await who_changed(connection, workspace_id, "digest_channel", limit=_ASKED)
            installed = await load_installation(connection, workspace_id)
        if installed and installed.installed_by:
            asked.append(installed.installed_by)
        for user_id in asked:
            if (await self._audience.member(workspace_id, user_id)).role is MemberRole.ADMIN:
                return user_id
        return None


def _key(channel: str) -> str:
    return f"weekly_digest:refused:{channel}"
