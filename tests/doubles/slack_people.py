"""The double's people and conversations: users.* and conversations.*."""

from typing import Any

from tests.doubles.slack_state import Answer, Channel, RefusedError, State


class People(State):
    """A user nobody described is a full member of T1 without an address. The bot never sees an address unasked."""

    def person(
        self,
        user_id: str,
        *,
        email: str | None = None,
        team_id: str = "T1",
        enterprise_id: str | None = None,
        **flags: bool,
    ) -> str:
        """Describes a user ("is_restricted", "is_ultra_restricted", "is_admin", "is_bot", "deleted"); their id."""
        organisation = {"enterprise_user": {"id": user_id, "enterprise_id": enterprise_id}} if enterprise_id else {}
        profile = {"email": email} if email else {}
        self.users[user_id] = {"team_id": team_id, **flags, **organisation, "profile": profile}
        return user_id

    def team_of(self, user_id: str) -> str:
        """The workspace somebody belongs to."""
        return str(self.users.get(user_id, {}).get("team_id") or "T1")

    def _users_info(self, given: Answer) -> Answer:
        user_id = str(given.get("user"))
        if not user_id.startswith(("U", "W")):
            raise RefusedError("user_not_found")
        return {"user": self._user(user_id)}

    def _users_lookupByEmail(self, given: Answer) -> Answer:  # noqa: N802 - Slack's name
        wanted = str(given.get("email") or "").lower()
        for user_id, user in self.users.items():
            if wanted and str(user.get("profile", {}).get("email") or "").lower() == wanted and not user.get("deleted"):
                return {"user": self._user(user_id)}
        raise RefusedError("users_not_found")

    def _conversations_info(self, given: Answer) -> Answer:
        return {"channel": _described(self.found_channel(given))}

    def _conversations_members(self, given: Answer) -> Answer:
        members = sorted(self.found_channel(given).members)
        start, limit = int(given.get("cursor") or 0), int(given.get("limit") or 100)
        following = start + limit
        cursor = str(following) if len(members) > following else ""
        return {"members": members[start:following], "response_metadata": {"next_cursor": cursor}}

    def _conversations_open(self, given: Answer) -> Answer:
        users = str(given.get("users") or "").split(",")
        if len(users) != 1 or not users[0].startswith(("U", "W")):
            raise RefusedError("user_not_found")
        return {"channel": {"id": self.direct_channel(users[0]).channel_id}}

    def _team_info(self, _: Answer) -> Answer:
        return {"team": {"id": self.caller_team, "name": "Acme", "domain": "acme"}}

    def _user(self, user_id: str) -> Answer:
        flags = dict.fromkeys(
            ("is_bot", "is_restricted", "is_ultra_restricted", "is_admin", "is_owner", "deleted"), False
        )
        return {"id": user_id, "team_id": "T1", **flags, "profile": {}, **self.users.get(user_id, {})}


def _described(channel: Channel) -> dict[str, Any]:
    return {
        "id": channel.channel_id,
        "name": channel.channel_id.lower(),
        "is_private": channel.private,
        "is_ext_shared": channel.shared,
        "is_im": channel.direct,
        "is_member": "UBOT" in channel.members,
        "num_members": len(channel.members),
    }
