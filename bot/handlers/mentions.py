"""`@Persona ...` in a channel."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from bot.handlers.requests import parse_mention

if TYPE_CHECKING:
    from bot.mentions import Mentions


def handle_mention(mentions: "Mentions") -> Callable[..., Awaitable[None]]:
    """The listener of app_mention: the answer is promised before Slack is told that the event has come."""

    async def mention(body: dict[str, Any]) -> None:
        await mentions.hear(parse_mention(body))

    return mention
