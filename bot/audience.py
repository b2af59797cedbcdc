"""Who asks, and what they may see: decided before anything of a contact is read."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

import structlog
from cachetools import TTLCache

from blocks.refusals import READ_BY, TOO_MANY_READ
from bot.actors import Actor
from bot.slack_calls import SlackCalls
from persona.errors import ChannelRefusedError, DeliveryError, NotForYouError, UnknownWorkspaceError
from persona.ports import Clock
from persona.visibility import NOBODY, Member, MemberRole, Viewer, viewer_of
from storage.database import Database
from storage.members import find_member, find_members, is_allowed_channel, load_team, remember_member
from storage.workspaces import load_preferences, slack_ids_of

_log = structlog.get_logger(__name__)
REMEMBER_S: Final = 60
"""For how long a process remembers what a member may see."""
_PATIENCE_S: Final = 0.8
_ASK_AGAIN: Final = timedelta(days=1)
_MANY: Final = 20_000
_MEMBERS_SEEN_TO: Final = 200
_ASKED_AT_ONCE: Final = 4
_ADMIN: Final = ("is_admin", "is_owner", "is_primary_owner")
_GUEST: Final = ("is_restricted", "is_ultra_restricted", "is_stranger", "deleted")


class Audience:
    """Knows members. What it learns of them holds for `remember_s`."""

    def __init__(self, *, database: Database, calls: SlackCalls, clock: Clock, remember_s: float = REMEMBER_S) -> None:
        self._database, self._calls, self._clock = database, calls, clock
        self._viewers: TTLCache[tuple[int, str], Viewer] = TTLCache(maxsize=_MANY, ttl=remember_s)
        self._organisations: TTLCache[tuple[int, str], str] = TTLCache(maxsize=_MANY, ttl=remember_s)

    async def viewer(self, workspace_id: int, actor: Actor) -> Viewer:
        """Who looks, and at whose contacts; raises NotForYouError for guests and people of other organisations."""
        viewer = (
            NOBODY if await self.is_foreign(workspace_id, actor) else await self.member(workspace_id, actor.user_id)
        )
        if viewer is NOBODY:
            raise NotForYouError
        return viewer

    async def is_foreign(self, workspace_id: int, actor: Actor) -> bool:
        """Whether they are of another organisation. Who is of another team of the same one is not; Slack is asked."""
        if not actor.foreign or actor.team.enterprise_id is None:
            return actor.foreign
        key = (workspace_id, actor.user_id)
        organisation = self._organisations.get(key)
        if organisation is None:
            user = await self._user(workspace_id, actor.user_id)
            if user is None:
                return True
            organisation = self._organisations[key] = _organisation(user)
        return organisation != actor.team.enterprise_id

    async def member(self, workspace_id: int, user_id: str) -> Viewer:
        """What a user of the workspace's own Slack sees; NOBODY for a guest."""
        key = (workspace_id, user_id)
        known = self._viewers.get(key)
        if known is None:
            known = self._viewers[key] = await self._look_up(workspace_id, user_id)
        return known

    def forget(self, workspace_id: int, user_id: str) -> None:
        """Reads the member anew next time: an admin changed them."""
        self._viewers.pop((workspace_id, user_id), None)

    def forget_all(self, workspace_id: int) -> None:
        """Reads every member of a workspace anew next time: what they may see is another."""
        for key in [known for known in self._viewers if known[0] == workspace_id]:
            self._viewers.pop(key, None)

    async def of_channel(self, workspace_id: int, channel_id: str) -> Viewer:
        """What every member of a channel may see.

        Raises ChannelRefusedError with the reason where guests or people of other organisations read and no admin
        allowed it, and DeliveryError when Slack doesn't tell who reads there.
        """
        if channel_id.startswith(("U", "W")):
            return await self.member(workspace_id, channel_id)
        channel = (await self._calls.call(workspace_id, "conversations.info", channel=channel_id))["channel"]
        if channel.get("is_im"):
            return await self.member(workspace_id, str(channel.get("user")))
        async with self._database.workspace(workspace_id) as connection:
            allowed = await is_allowed_channel(connection, workspace_id, channel_id)
            everyone = (await load_preferences(connection, workspace_id)).visibility
        if not allowed and any(channel.get(flag) for flag in ("is_ext_shared", "is_shared", "is_pending_ext_shared")):
            raise ChannelRefusedError(READ_BY.format(who="People of another organisation"))
        return await self._seen_by_all(workspace_id, channel_id, allowed=allowed, everyone=everyone.value == "everyone")

    async def _seen_by_all(self, workspace_id: int, channel_id: str, *, allowed: bool, everyone: bool) -> Viewer:
        least = Viewer(channel_id, MemberRole.REP, None)
        if allowed and everyone:
            return least
        for viewer in await self._members(workspace_id, await self._readers(workspace_id, channel_id)):
            if viewer is NOBODY and not allowed:
                raise ChannelRefusedError(READ_BY.format(who="A guest"))
            least = least if viewer is NOBODY else least.within(viewer)
        return least

    async def _readers(self, workspace_id: int, channel_id: str) -> list[str]:
        found = await self._calls.call(
            workspace_id, "conversations.members", channel=channel_id, limit=_MEMBERS_SEEN_TO
        )
        if (found.get("response_metadata") or {}).get("next_cursor"):
            raise ChannelRefusedError(TOO_MANY_READ.format(n=_MEMBERS_SEEN_TO))
        return [str(user_id) for user_id in found.get("members", [])]

    async def _members(self, workspace_id: int, user_ids: Sequence[str]) -> list[Viewer]:
        """What each of a channel sees. Slack is asked only about whom it didn't describe lately, of a few at once."""
        keys = [(workspace_id, user_id) for user_id in user_ids]
        known = {key: seen for key in keys if (seen := self._viewers.get(key))}
        known |= await self._described(workspace_id, [key[1] for key in keys if key not in known])
        self._viewers.update(known)
        turns = asyncio.Semaphore(_ASKED_AT_ONCE)

        async def one(key: tuple[int, str]) -> Viewer:
            if key in known:
                return known[key]
            async with turns:
                return await self.member(*key)

        return await asyncio.gather(*(one(key) for key in keys))

    async def _described(self, workspace_id: int, user_ids: Sequence[str]) -> dict[tuple[int, str], Viewer]:
        """Those of them whom Slack described lately, in one session: many read a channel, and many cards are there."""
        if not user_ids:
            return {}
        now = self._clock()
        async with self._database.workspace(workspace_id) as connection:
            found = await find_members(connection, workspace_id, user_ids)
            lately = [known.member for known in found if now - known.asked_at <= _ASK_AGAIN]
            visibility = (await load_preferences(connection, workspace_id)).visibility
            names = {member.team for member in lately if member.team}
            teams = {name: await load_team(connection, workspace_id, name) for name in names}
        return {
            (workspace_id, member.user_id): viewer_of(member, visibility, teams.get(member.team or "", ()))
            for member in lately
        }

    async def _look_up(self, workspace_id: int, user_id: str) -> Viewer:
        async with self._database.workspace(workspace_id) as connection:
            known = await find_member(connection, workspace_id, user_id)
        fresh = known is not None and self._clock() - known.asked_at <= _ASK_AGAIN
        said = None if fresh else await self._ask_slack(workspace_id, user_id)
        member = known.member if known else Member(user_id)
        async with self._database.workspace(workspace_id) as connection:
            if said is not None:
                now = self._clock()
                member = said if said.bot else await remember_member(connection, workspace_id, said, asked_at=now)
            visibility = (await load_preferences(connection, workspace_id)).visibility
            team = await load_team(connection, workspace_id, member.team) if member.team else []
        return viewer_of(member, visibility, team)

    async def _ask_slack(self, workspace_id: int, user_id: str) -> Member | None:
        """The person as Slack describes them, or None while it is silent or we may not ask."""
        user = await self._user(workspace_id, user_id)
        if user is None:
            return None
        async with self._database.workspace(workspace_id) as connection:
            ours = await slack_ids_of(connection, workspace_id)
        return _member(user_id, user, ours=ours)

    async def _user(self, workspace_id: int, user_id: str) -> Mapping[str, Any] | None:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                answer = await self._calls.call(workspace_id, "users.info", user=user_id)
        except (DeliveryError, TimeoutError, UnknownWorkspaceError) as error:
            _log.warning("member_unknown", error=type(error).__name__)
            return None
        return answer.get("user") or {}


def _organisation(user: Mapping[str, Any]) -> str:
    return str((user.get("enterprise_user") or {}).get("enterprise_id") or "")


def _member(user_id: str, user: Mapping[str, Any], *, ours: frozenset[str]) -> Member:
    """What Slack says of a user; one of another organisation is a guest, in a shared channel too.

    `ours` are the ids of the workspace's team and organisation; there are none while no team has claimed it.
    """
    profile = user.get("profile") or {}
    theirs = {str(user.get("team_id") or ""), _organisation(user)} - {""}
    foreign = bool(ours and theirs) and not ours & theirs
    return Member(
        user_id=user_id,
        role=MemberRole.ADMIN if any(user.get(flag) for flag in _ADMIN) else MemberRole.REP,
        email=str(profile["email"]) if profile.get("email") else None,
        guest=foreign or any(user.get(flag) for flag in _GUEST),
        bot=bool(user.get("is_bot")),
    )
