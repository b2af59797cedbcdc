"""Posts a persona where others see it too, and remembers where it stands."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from blocks.refusals import CLOSED, NOT_IN, TOO_MANY_BY_YOU, TOO_MANY_HERE
from blocks.shared_card import shared_card
from blocks.wording import count
from bot.deliveries import Deliveries
from bot.ladder import just
from bot.posting import Place, Poster
from persona.errors import ChannelRefusedError, DeliveryError
from persona.model import Profile
from persona.ports import Clock
from storage.database import AsyncConnection, Database
from storage.posts import posted_lately, posts_of_contact, remember_post

_ABSENT: Final = frozenset({"not_in_channel", "channel_not_found"})
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Pace:
    """The most cards a minute: by one person, and in one channel with its threads."""

    per_person: int
    per_channel: int


class Sharing:
    """Shares. Who may see was decided before: bot/audience.py."""

    def __init__(self, *, database: Database, deliveries: Deliveries, poster: Poster, pace: Pace, clock: Clock) -> None:
        self._database, self._deliveries, self._poster = database, deliveries, poster
        self._pace, self._clock = pace, clock

    async def too_many(self, place: Place, *, by: str) -> str:
        """Why another card would be noise just now, in a sentence; empty when it wouldn't be.

        What others post at this very moment isn't counted yet.
        """
        async with self._database.workspace(place.workspace_id) as connection:
            by_person, in_channel = await posted_lately(
                connection, place.workspace_id, channel_id=place.channel_id, by=by, within=_MINUTE
            )
        if by_person >= self._pace.per_person:
            return TOO_MANY_BY_YOU.format(n=count(by_person, "persona"))
        return TOO_MANY_HERE.format(n=count(in_channel, "persona")) if in_channel >= self._pace.per_channel else ""

    async def stands(self, place: Place, profile: Profile, *, note: str = "") -> bool:
        """Whether this version of the persona, with this note, stands in that channel or thread already."""
        version = profile.persona.version if profile.persona else 0
        async with self._database.workspace(place.workspace_id) as connection:
            posts = await posts_of_contact(connection, place.workspace_id, profile.contact.key)
        same = (place.channel_id, place.thread_ts, version, note)
        return any((post.channel_id, post.thread_ts, post.version, post.note) == same for post in posts)

    async def share(self, place: Place, profile: Profile, *, by: str, key: str, note: str = "") -> str:
        """Posts the shared card of a written persona, once a `key`; its ts, under which reactions find it.

        Raises ChannelRefusedError when there were too many in the last minute, DeliveryError and MaybeSentError.
        """
        written = profile.persona
        if written is None:
            raise ValueError("there is no persona to share")
        noise = await self.too_many(place, by=by)
        if noise:
            raise ChannelRefusedError(noise)
        card = shared_card(profile, now=self._clock(), shared_by=by, note=note)

        async def send() -> str:
            return await self._poster.post(place, just(card))

        async def remember(connection: AsyncConnection, ts: str) -> None:
            await remember_post(
                connection,
                place.workspace_id,
                channel_id=place.channel_id,
                message_ts=ts,
                thread_ts=place.thread_ts,
                contact_key=profile.contact.key,
                version=written.version,
                posted_by=by,
                note=note,
            )

        return await self._deliveries.send(place.workspace_id, key, send, remember=remember)


def refusal(error: DeliveryError) -> Exception:
    """What a person can do about Slack's refusal of a post; what may be tried again stays as it is."""
    if error.retry:
        return error
    return ChannelRefusedError(NOT_IN if error.answer in _ABSENT else CLOSED)
