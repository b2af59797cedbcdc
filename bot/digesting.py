"""The weekly digest: made for a channel's readers, posted once, with a picture where Slack takes no charts."""

import asyncio
import csv
import io
from collections.abc import Mapping
from datetime import datetime, time
from typing import Final

import structlog

from blocks.card import Card
from blocks.digest import digest_card, standing
from blocks.notices import error_card
from blocks.refusals import ADMINS_STOP_DIGESTS, DIGEST_OFF
from blocks.rungs import Rung
from blocks.trends import trends
from bot.chores import ChoreTask
from bot.deliveries import Deliveries
from bot.desk import Desk
from bot.digest_refused import DigestRefused
from bot.handlers.requests_digest import DigestPressed
from bot.home_link import home_link
from bot.ladder import Render, just
from bot.periodic import Periodic, once_a_period
from bot.posting import Place, Poster, Reply
from bot.promises import Task
from bot.sharing import refusal
from bot.slack_calls import SlackCalls
from persona.digest import ALL, MOST, Digest
from persona.errors import ChannelRefusedError, DeliveryError, MaybeSentError, NotForYouError
from persona.ports import Clock
from persona.preferences import Preferences
from persona.schedule import Weekly, latest_due
from persona.visibility import NOBODY, MemberRole
from storage.database import AsyncConnection, Database
from storage.digest import digest_of, remember_week
from storage.periods import hand_out
from storage.workspaces import audit_settings, change_settings, load_preferences

_log = structlog.get_logger(__name__)
WEEKLY: Final = "weekly_digest"
SEND: Final = "send_digest"
_PICTURE: Final = "persona-digest.png"


def _weekly(preferences: Preferences) -> Weekly | None:
    """When the workspace wants it; only where an admin chose a channel."""
    if not preferences.digest_channel:
        return None
    return Weekly(preferences.digest_weekday, time(preferences.digest_hour))


async def begin_digests(connection: AsyncConnection, before: Preferences, after: Preferences, *, now: datetime) -> None:
    """After the digest was turned on or moved the next one is the first: the last Monday's is not made up for."""
    rule = _weekly(after)
    if rule is not None and rule != _weekly(before):
        await hand_out(connection, after.workspace_id, WEEKLY, latest_due(rule, now, after.time_zone))


class Digesting:
    """Makes digests and posts them."""

    periodic: Final = Periodic(WEEKLY, _weekly)

    def __init__(
        self, desk: Desk, *, database: Database, deliveries: Deliveries, poster: Poster, calls: SlackCalls, clock: Clock
    ) -> None:
        self._desk, self._database, self._deliveries = desk, database, deliveries
        self._poster, self._calls, self._clock = poster, calls, clock
        self._refused = DigestRefused(desk.audience, database=database, deliveries=deliveries, poster=poster)

    @property
    def chores(self) -> Mapping[str, ChoreTask]:
        """The chores, by name."""
        return {WEEKLY: once_a_period(WEEKLY, self.weekly, database=self._database)}

    @property
    def tasks(self) -> Mapping[str, Task]:
        """What a worker does for who asks, by name."""
        return {SEND: self.send}

    async def weekly(self, *, workspace_id: int, period: str) -> None:
        """The chore: posts the digest of the last seven days, once a period.

        An admin is told who refuses it, or that it may be missing.
        """
        async with self._database.workspace(workspace_id) as connection:
            channel = (await load_preferences(connection, workspace_id)).digest_channel
            await remember_week(connection, workspace_id, at=self._clock())
        if not channel:
            return
        try:
            await self._post(workspace_id, channel, period)
        except MaybeSentError:  # it may stand there; a second one would be noise
            _log.warning("digest_unsure", workspace_id=workspace_id, period=period)
            await self._refused.tell_unsure(workspace_id, channel, period)
        except (ChannelRefusedError, DeliveryError) as error:
            if isinstance(error, DeliveryError) and error.retry:
                raise
            _log.warning("digest_refused", workspace_id=workspace_id, period=period, error=type(error).__name__)
            told = refusal(error) if isinstance(error, DeliveryError) else error
            await self._refused.tell(workspace_id, channel, str(getattr(told, "user_message", "")))

    async def _post(self, workspace_id: int, channel: str, period: str) -> None:
        """Raises ChannelRefusedError, DeliveryError and MaybeSentError."""
        digest = await self._readable_in(workspace_id, channel)
        home = None if digest.is_quiet else await home_link(self._calls, workspace_id)
        rungs: list[Rung] = []

        def render(rung: Rung) -> Card:
            rungs.append(rung)
            return digest_card(digest, rung, home=home)

        place = Place(workspace_id, channel)
        ts = await self._deliveries.send(
            workspace_id,
            f"{WEEKLY}:{period}",
            lambda: self._poster.post(place, render),
            remember=self._refused.forget(workspace_id, channel),
        )
        if rungs and rungs[-1] is not Rung.NATIVE and not digest.is_quiet:
            await self._add_picture(Place(workspace_id, channel, ts), digest, period)

    async def pressed(self, press: DigestPressed) -> None:
        """Promises the file, or turns the digest off; raises NotForYouError."""
        workspace_id, viewer = await self._desk.admit(press.actor)
        reply = Reply(workspace_id, press.actor.user_id, response_url=press.response_url, replaces=False)
        if not press.mute:
            await self._desk.promises.make(SEND, reply, as_pdf=press.as_pdf)
            return
        if viewer.role is not MemberRole.ADMIN:
            raise NotForYouError(ADMINS_STOP_DIGESTS)
        async with self._database.workspace(workspace_id) as connection:
            before = await load_preferences(connection, workspace_id, lock=True)
            after = await change_settings(connection, workspace_id, {"digest_channel": None})
            await audit_settings(connection, workspace_id, by=press.actor.user_id, before=before, after=after)
        await self._poster.tell(reply, just(error_card(DIGEST_OFF, None)))

    async def send(self, *, reply: Reply, as_pdf: bool) -> Render:
        """Sends who asked the digest of now as a file, of what they may see. Raises NotForYouError."""
        viewer = await self._desk.audience.member(reply.workspace_id, reply.user_id)
        if viewer is NOBODY:
            raise NotForYouError
        async with self._database.workspace(reply.workspace_id, owners=viewer.owners) as connection:
            most = MOST if as_pdf else ALL
            digest = await digest_of(connection, reply.workspace_id, until=self._clock(), most=most)
        name = f"persona-digest-{digest.until.isoformat()}.{'pdf' if as_pdf else 'csv'}"
        content = await asyncio.to_thread(self._file, digest, as_pdf=as_pdf)
        await self._poster.upload(reply.workspace_id, reply.user_id, name, content)
        return just(error_card(f"The digest is in your direct messages as {name}.", None))

    def _file(self, digest: Digest, *, as_pdf: bool) -> bytes:
        if not as_pdf:
            return as_csv(digest).encode()
        from blocks.digest_pdf import render_digest_pdf  # its fonts and charts take a second to load

        return render_digest_pdf(digest, now=self._clock())

    async def _readable_in(self, workspace_id: int, channel: str) -> Digest:
        """The digest of what every reader of the channel may see; raises ChannelRefusedError."""
        everyone = await self._desk.audience.of_channel(workspace_id, channel)
        async with self._database.workspace(workspace_id, owners=everyone.owners) as connection:
            return await digest_of(connection, workspace_id, until=self._clock())

    async def _add_picture(self, thread: Place, digest: Digest, period: str) -> None:
        from blocks.charts import draw_trends  # matplotlib takes a second to load, which no start must wait for

        picture = draw_trends(trends(digest.weeks))

        async def send() -> str:
            return await self._poster.upload_into(thread, _PICTURE, picture)

        try:
            await self._deliveries.send(thread.workspace_id, f"{WEEKLY}:{period}:picture", send)
        except (DeliveryError, MaybeSentError):
            _log.warning("digest_picture_not_sent", workspace_id=thread.workspace_id, period=period)


def as_csv(digest: Digest) -> str:
    """The digest as a table of what, who and what is said, and the figures; no cell begins as a formula does."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["list", "contact", "said"])
    for name in ("quiet", "new", "changed", "wrong", "single"):
        for named in getattr(digest, name).first:
            table.writerow([name, _plain(named.name), _plain(named.said)])
    for fact in standing(digest):
        table.writerow(["figure", "", _plain(fact)])
    for week in digest.weeks:
        stars = f"stars {week.stars:.1f} (n {week.ratings})" if week.stars is not None else "not rated"
        quality = f"quality {week.quality:.0f}" if week.quality is not None else "quality not measured"
        said = f"written {week.written}; {stars}; {quality}"
        table.writerow(["week", week.until.isoformat(), said])
    return out.getvalue()


def _plain(text: str) -> str:
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
