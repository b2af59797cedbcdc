"""Shortcuts, and the buttons of the modals they open."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck

from bot.handlers.requests import parse_from_message, parse_post_button

if TYPE_CHECKING:
    from bot.from_message import MessagePeople


def handle_from_message(people: "MessagePeople") -> Callable[..., Awaitable[BoltResponse]]:
    """The listener of "Persona from message": the modal opens at once."""

    async def from_message(ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
        await people.open(parse_from_message(body))
        return await ack()

    return from_message


def handle_post(people: "MessagePeople") -> Callable[..., Awaitable[BoltResponse]]:
    """The listener of "Post into the thread"."""

    async def post(ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
        await people.press(*parse_post_button(body))
        return await ack()

    return post
