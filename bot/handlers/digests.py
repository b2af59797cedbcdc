"""The buttons below a digest."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck

from bot.handlers.requests_digest import parse_digest_pressed

if TYPE_CHECKING:
    from bot.digesting import Digesting


def handle_digest(digesting: "Digesting") -> Callable[..., Awaitable[BoltResponse]]:
    """The listener of Export CSV, PDF and Mute."""

    async def pressed(ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
        await digesting.pressed(parse_digest_pressed(body))
        return await ack()

    return pressed


async def followed(ack: AsyncAck) -> BoltResponse:
    """The listener of Open in Home: Slack follows the link itself."""
    return await ack()
