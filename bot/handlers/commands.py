"""`/persona`."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck

from bot.handlers.requests import parse_command

if TYPE_CHECKING:
    from bot.answers import Answers


def handle_persona(answers: "Answers") -> Callable[..., Awaitable[BoltResponse]]:
    """The listener of `/persona`: the answer is the acknowledgement's own body."""

    async def persona(ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
        card = await answers.command(parse_command(body))
        return await ack(text=card.text, blocks=card.blocks, response_type="ephemeral", unfurl_links=False)

    return persona
