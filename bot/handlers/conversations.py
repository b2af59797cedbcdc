"""The conversation: questions in the Messages tab, Stop, and whom a question is about."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck

from bot.handlers.requests_conversation import (
    is_messages_tab,
    parse_about,
    parse_asked,
    parse_stopped,
    parse_tab_opened,
)

if TYPE_CHECKING:
    from bot.conversing import Conversing


async def of_messages_tab(body: dict[str, Any]) -> bool:
    """Matches the opening of the Messages tab; that of the Home tab is another listener's."""
    return is_messages_tab(body)


def handle_message(conversing: "Conversing") -> Callable[..., Awaitable[None]]:
    """The listener of message.im: the answer is promised before Slack is told that the event has come."""

    async def message(body: dict[str, Any]) -> None:
        asked = parse_asked(body)
        if asked is not None:
            await conversing.hear(asked)

    return message


def handle_tab(conversing: "Conversing") -> Callable[..., Awaitable[None]]:
    """The listener of the Messages tab."""

    async def tab(body: dict[str, Any]) -> None:
        await conversing.suggest(parse_tab_opened(body))

    return tab


async def leave_tab() -> None:
    """The listener of tabs in which nothing is to be done."""


def handle_stop(conversing: "Conversing") -> Callable[..., Awaitable[None]]:
    """The listener of Stop."""

    async def stop(body: dict[str, Any]) -> None:
        await conversing.stop(parse_stopped(body))

    return stop


def handle_about(conversing: "Conversing") -> Callable[..., Awaitable[BoltResponse]]:
    """The listener of a choice of contacts."""

    async def about(ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
        await conversing.choose(parse_about(body))
        return await ack()

    return about
