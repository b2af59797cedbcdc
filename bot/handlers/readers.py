"""Who reads a channel is another: somebody came or left, or another organisation did."""

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final

from bot.handlers.requests import parse_team

if TYPE_CHECKING:
    from bot.reviewing import Reviewing

_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
READERS: Final = ("channel_shared", "channel_unshared", "member_joined_channel", "member_left_channel")


def handle_readers(reviewing: "Reviewing") -> Callable[..., Awaitable[None]]:
    """The listener: that cards there are looked over is promised before Slack is told that the event has come."""

    async def readers(body: dict[str, Any]) -> None:
        channel_id = str(body["event"]["channel"])
        if _ID.fullmatch(channel_id) is None:
            raise ValueError("not an id of Slack's")
        await reviewing.ask(parse_team(body), channel_id)

    return readers
