"""The double's people and who is in which channel."""

from typing import Any

Answer = dict[str, Any]


class RefusedError(Exception):
    """Slack's word for why it refuses a call."""


class People:
    """users.* and conversations.* of the double. A user nobody described is a full member without an address."""

    def __init__(self) -> None:
        self.users: dict[str, Answer] = {"UBOT": {"is_bot": True}}
        self.channels: dict[str, Any] = {}

    def person(self, user_id: str, *, email: str | None = None, **flags: bool) -> str:
        """Describes a user ("is_restricted", "is_admin"); their id."""
        self.users[user_id] = {**flags, "profile": {"email": email} if email else {}}
        return user_id

    def _users_info(self, given: Answer) -> Answer:
        user_id = str(given.get("user"))
        if not user_id.startswith(("U", "W")):
            raise RefusedError("user_not_found")
        return {"user": {"id": user_id, "team_id": "T1", "profile": {}, **self.users.get(user_id, {})}}

    def _conversations_info(self, given: Answer) -> Answer:
        channel = self._found(given)
        return {
            "channel": {
                "id": channel.channel_id,
                "is_private": channel.private,
                "is_ext_shared": channel.shared,
                "num_members": len(channel.members),
            }
        }

    def _conversations_members(self, given: Answer) -> Answer:
        members = sorted(self._found(given).members)
        limit = int(given.get("limit") or 100)
        cursor = "more" if len(members) > limit else ""
        return {"members": members[:limit], "response_metadata": {"next_cursor": cursor}}

    def _found(self, given: Answer) -> Any:
        channel = self.channels.get(str(given.get("channel")))
        if channel is None or (channel.private and "UBOT" not in channel.members):
            raise RefusedError("channel_not_found")
        return channel
