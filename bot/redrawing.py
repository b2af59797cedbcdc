"""Shared cards drawn anew when what they show has changed: each message at most once in ten seconds."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final

from blocks.changes import changes_reply
from blocks.refusals import NOT_ALL
from blocks.shared_card import shared_card, withdrawn_card
from bot.deliveries import Deliveries
from bot.desk import Desk
from bot.ladder import just
from bot.posting import Place, Poster, Reply
from bot.promises import Task
from persona.errors import (
    ChannelRefusedError,
    ContactNotFoundError,
    DeliveryError,
    DoNotProfileError,
    MaybeSentError,
    NotForYouError,
)
from persona.model import Profile
from persona.ports import Clock
from persona.versions import worth_telling
from storage.database import Database
from storage.posts import (
    Post,
    claim_drawing,
    post_at,
    posts_of_contact,
    posts_of_persona,
    set_withdrawn,
    shows_now,
)
from storage.withdrawals import CHANGES, told_in_thread

REDRAW: Final = "redraw_post"
APART: Final = timedelta(seconds=10)
_POSTS: Final = 20
_RENEWED: Final = 5
_TRIES: Final = 4
_NOT_TO_BE_SHOWN: Final = (ContactNotFoundError, DoNotProfileError, NotForYouError)


class Redrawing:
    """Promises that cards are drawn anew, and draws them."""

    def __init__(self, desk: Desk, *, database: Database, deliveries: Deliveries, poster: Poster, clock: Clock) -> None:
        self._desk, self._database, self._deliveries = desk, database, deliveries
        self._poster, self._clock = poster, clock

    @property
    def tasks(self) -> Mapping[str, Task]:
        """What a worker does, by name."""
        return {REDRAW: self.redraw}

    async def ask(self, workspace_id: int, persona_key: int) -> None:
        """Promises that the newest posts of a persona version are drawn anew: now, or ten seconds after the last time.

        Asked again before that, it is one drawing.
        """
        async with self._database.workspace(workspace_id) as connection:
            posts = await posts_of_persona(connection, workspace_id, persona_key, limit=_POSTS)
        await self.ask_again(workspace_id, posts)

    async def ask_all(self, workspace_id: int, contact_key: int) -> None:
        """The same for the newest posts of a contact, whatever version they show."""
        async with self._database.workspace(workspace_id) as connection:
            posts = await posts_of_contact(connection, workspace_id, contact_key)
        await self.ask_again(workspace_id, posts[:_POSTS])

    async def renew(self, workspace_id: int, contact_key: int) -> None:
        """Promises that the newest posts of a contact show the newest version."""
        async with self._database.workspace(workspace_id) as connection:
            posts = await posts_of_contact(connection, workspace_id, contact_key)
        for post in posts[:_RENEWED]:
            await self._promise(workspace_id, post, renew=True)

    async def ask_again(self, workspace_id: int, posts: Sequence[Post]) -> None:
        """The same for these posts."""
        for post in posts:
            await self._promise(workspace_id, post)

    async def redraw(
        self, *, reply: Reply, channel_id: str, message_ts: str, tries: int = 0, renew: bool = False
    ) -> None:
        """Draws a post, unless it was drawn just now: then later. One that may no longer be shown says so, and why.

        To `renew` it is to show the newest version; its thread is told what changed when that matters.

        Raises DeliveryError when Slack takes it no more.
        """
        workspace_id = reply.workspace_id
        async with self._database.workspace(workspace_id) as connection:
            post = await post_at(connection, workspace_id, channel_id, message_ts)
            if post is None:
                return
            claimed = await claim_drawing(connection, workspace_id, post.key, at=self._clock(), apart=APART)
        if not claimed:
            await self._promise(workspace_id, post, tries=tries, renew=renew)
            return
        try:
            await self._draw_or_withdraw(workspace_id, post, renew=renew)
        except DeliveryError as error:
            if not error.retry or tries + 1 >= _TRIES:
                raise
            await self._promise(workspace_id, post, tries=tries + 1, after_s=error.after_s or 0, renew=renew)

    async def _draw_or_withdraw(self, workspace_id: int, post: Post, *, renew: bool) -> None:
        try:
            await self._draw(workspace_id, post, renew=renew)
        except ChannelRefusedError as error:
            await self._withdraw(workspace_id, post, error.user_message)
        except _NOT_TO_BE_SHOWN:
            await self._withdraw(workspace_id, post, NOT_ALL)
        else:
            await self._remember(workspace_id, post, withdrawn=False)

    async def _withdraw(self, workspace_id: int, post: Post, why: str) -> None:
        """The card and what its thread was told of it; the card comes back when it may be shown again."""
        if post.withdrawn:
            return
        async with self._database.workspace(workspace_id) as connection:
            told = await told_in_thread(connection, workspace_id, post.key)
        place = Place(workspace_id, post.channel_id)
        await self._poster.update(place, post.message_ts, just(withdrawn_card(why)))
        for message_ts in told:
            await self._withdraw_told(place, message_ts, why)
        await self._remember(workspace_id, post, withdrawn=True)

    async def _withdraw_told(self, place: Place, message_ts: str, why: str) -> None:
        """Somebody may have deleted it."""
        try:
            await self._poster.update(place, message_ts, just(withdrawn_card(why)))
        except DeliveryError as error:
            if error.retry:
                raise

    async def _remember(self, workspace_id: int, post: Post, *, withdrawn: bool) -> None:
        if post.withdrawn is not withdrawn:
            async with self._database.workspace(workspace_id) as connection:
                await set_withdrawn(connection, workspace_id, post.key, withdrawn=withdrawn)

    async def _draw(self, workspace_id: int, post: Post, *, renew: bool) -> None:
        everyone = await self._desk.audience.of_channel(workspace_id, post.channel_id)
        engine = self._desk.engine_of(workspace_id, everyone.owners)
        newest = await engine.newer_than(post.contact_key, post.version) if renew else None
        profile = newest or await engine.version(post.contact_key, post.version)
        if profile is None:
            return
        card = shared_card(profile, now=self._clock(), shared_by=post.posted_by, note=post.note)
        place = Place(workspace_id, post.channel_id)
        await self._poster.update(place, post.message_ts, just(card))
        if newest is not None and newest.persona is not None:
            async with self._database.workspace(workspace_id) as connection:
                await shows_now(
                    connection, workspace_id, post.key, contact_key=post.contact_key, version=newest.persona.version
                )
            await self._tell(place, post, newest)

    async def _tell(self, place: Place, post: Post, newest: Profile) -> None:
        """Says in the thread what changed, once a week at most; nothing where only small things did."""
        changes = worth_telling(newest.persona.changes) if newest.persona else ()
        if not changes:
            return
        thread = Place(place.workspace_id, place.channel_id, post.thread_ts or post.message_ts)
        said = just(changes_reply(newest.contact, changes))
        key = f"{CHANGES}{post.key}:{self._clock():%G-W%V}"
        with suppress(MaybeSentError):  # it may stand there; a second one would be noise
            await self._deliveries.send(place.workspace_id, key, lambda: self._poster.post(thread, said))

    async def _promise(
        self, workspace_id: int, post: Post, *, tries: int = 0, after_s: float = 0, renew: bool = False
    ) -> None:
        """One waiting drawing a post and kind, and never two at the same time."""
        due = (post.drawn_at + APART - self._clock()).total_seconds() if post.redrawn else 0
        kind = "renew" if renew else "redraw"
        await self._desk.promises.make_once(
            REDRAW,
            Reply(workspace_id, post.posted_by),
            name=f"{kind}:{workspace_id}:{post.channel_id}:{post.message_ts}",
            after_s=max(after_s, due),
            arguments={"channel_id": post.channel_id, "message_ts": post.message_ts, "tries": tries, "renew": renew},
        )
