"""Every button of our cards."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck

from bot.handlers.requests import parse_button

if TYPE_CHECKING:
    from bot.answers import Answers


def handle_button(answers: "Answers") -> Callable[..., Awaitable[BoltResponse]]:
    """The listener of buttons: the press becomes a job, which replaces the card."""

    async def button(ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
        await answers.press(parse_button(body))
        return await ack()

    return button
