"""The Home tab: made when it is opened, as its member may see, and published only when it says something new."""

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any, Final

from blocks.finder import fetching
from blocks.home import Figures, Home, Row, closed_home, empty_home, home, why_waiting, written_on
from blocks.modal import Modal
from blocks.rungs import Rung
from bot import posting
from bot.desk import Desk
from bot.handlers.requests_home import HomeOpened, HomePerson
from bot.ladder import Render, just
from bot.posting import Poster, Reply
from bot.promises import Task
from bot.showing import WRITE, writing_lock
from bot.status import Status
from persona.errors import DeliveryError, NotForYouError
from persona.ports import Clock
from persona.visibility import NOBODY, MemberRole, Viewer
from storage.dashboard import Use, Waiting, needing_attention, recent_personas, tries_of, use_of
from storage.database import Database
from storage.members import find_member
from storage.ratings import accuracy
from storage.trends import active_members, compared_industries, last_weeks

PUBLISH_HOME: Final = "publish_home"
_WEEK: Final = timedelta(days=7)
_LOW_QUALITY: Final = 30  # metrics.md: below it a persona is Basic
_OVERTAKEN: Final = "hash_conflict"
_MODAL: Final = Modal("Persona")


class HomeTab:
    """Publishes Homes and opens the personas they name."""

    def __init__(self, desk: Desk, *, database: Database, poster: Poster, status: Status, clock: Clock) -> None:
        self._desk, self._database, self._poster = desk, database, poster
        self._status, self._clock = status, clock

    @property
    def tasks(self) -> Mapping[str, Task]:
        """What a worker does, by name."""
        return {PUBLISH_HOME: self.publish}

    async def open(self, opened: HomeOpened) -> None:
        """Promises the Home of a member; people of other organisations get none."""
        workspace_id = await self._desk.tenants.workspace(opened.actor.team)
        if await self._desk.audience.is_foreign(workspace_id, opened.actor):
            return
        reply = Reply(workspace_id, opened.actor.user_id)
        over: dict[str, Any] = {"view_hash": opened.hash, "shown": opened.metadata}
        await self._desk.promises.make(PUBLISH_HOME, reply, lock=f"home:{workspace_id}:{reply.user_id}", **over)

    async def redraw(self, reply: Reply) -> None:
        """Promises a member's Home anew, whatever it shows now."""
        lock = f"home:{reply.workspace_id}:{reply.user_id}"
        await self._desk.promises.make(PUBLISH_HOME, reply, lock=lock, view_hash="", shown="")

    async def publish(self, *, reply: Reply, view_hash: str, shown: str) -> None:
        """Publishes the Home unless it says what is shown already, or another was published meanwhile."""
        viewer = await self._desk.audience.member(reply.workspace_id, reply.user_id)
        render = just(closed_home(NotForYouError.user_message)) if viewer is NOBODY else await self._home(reply, viewer)
        says = hashlib.sha256(json.dumps(render(Rung.NATIVE).blocks, sort_keys=True).encode()).hexdigest()
        if says == shown:
            return
        over = posting.Home(view_hash, says)
        try:
            await self._poster.publish_home(reply.workspace_id, reply.user_id, render, over=over)
        except DeliveryError as error:
            if error.answer != _OVERTAKEN:
                raise

    async def show(self, asked: HomePerson) -> None:
        """Opens a modal at once and promises the persona in it; raises NotForYouError."""
        workspace_id, _ = await self._desk.admit(asked.actor)
        view_id = await self._poster.open_view(workspace_id, asked.trigger_id, _MODAL, just(fetching()))
        reply = Reply(workspace_id, asked.actor.user_id, view_id=view_id)
        what: dict[str, Any] = {"contact_key": asked.contact_key, "method": None, "after": None}
        await self._desk.promises.make(WRITE, reply, lock=writing_lock(workspace_id, asked.contact_key), **what)

    async def _home(self, reply: Reply, viewer: Viewer) -> Render:
        workspace_id, now = reply.workspace_id, self._clock()
        health = await self._status.health(workspace_id) if viewer.role is MemberRole.ADMIN else None
        async with self._database.workspace(workspace_id, owners=viewer.owners) as connection:
            use = await use_of(connection, workspace_id)
            if not use.contacts:
                return just(empty_home(workspace_is_empty=viewer.owners is None, health=health))
            known = await find_member(connection, workspace_id, reply.user_id)
            mine = known.member.owns_as if known else frozenset()
            waiting = await needing_attention(connection, workspace_id, mine=mine, now=now, low=_LOW_QUALITY)
            recent = await recent_personas(connection, workspace_id)
        led = await self._figures(workspace_id, use) if viewer.role is not MemberRole.REP else None
        newest = [Row(found.contact_key, found.name, written_on(found.written_at)) for found in recent]
        return partial(home, Home([_row(found) for found in waiting], newest, led, health))

    async def _figures(self, workspace_id: int, use: Use) -> Figures:
        now = self._clock()
        async with self._database.workspace(workspace_id) as connection:
            tries = await tries_of(connection, workspace_id, now=now)
            stars = (await accuracy(connection, workspace_id))[0]
            active = await active_members(connection, workspace_id, since=now - _WEEK, until=now)
            weeks = await last_weeks(connection, workspace_id, until=now)
            industries = await compared_industries(connection, workspace_id)
        return Figures(
            contacts=use.contacts,
            with_persona=use.with_persona,
            quality=use.quality,
            measured=use.measured,
            of_day=tries.of_day,
            of_week=tries.of_week,
            failed=tries.failed,
            stars=stars.ratings.total / stars.ratings.n if stars.ratings.n else None,
            ratings=stars.ratings.n,
            low=stars.low,
            high=stars.high,
            active=active,
            weeks=weeks,
            industries=industries,
        )


def _row(found: Waiting) -> Row:
    why = why_waiting(
        quiet=found.quiet,
        stale=found.stale,
        quality=found.quality,
        low=_LOW_QUALITY,
        last_own_action=found.last_own_action,
    )
    return Row(found.contact_key, found.name, why)
