"""Links to contacts, shared in messages."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from bot.handlers.requests_links import parse_links

if TYPE_CHECKING:
    from bot.unfurling import Unfurling


def handle_links(unfurling: "Unfurling") -> Callable[..., Awaitable[None]]:
    """The listener of link_shared: the cards are promised before Slack is told that the event has come."""

    async def links(body: dict[str, Any]) -> None:
        await unfurling.hear(parse_links(body))

    return links
