""" "Find a persona": the shortcut, the options of its search, and the choice."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck

from blocks.finder import options
from bot.handlers.requests_finder import parse_finder_asked, parse_sought_contact, parse_typed

if TYPE_CHECKING:
    from bot.finder import Finder


def handle_finder(finder: "Finder") -> Callable[..., Awaitable[BoltResponse]]:
    """The listener of the global shortcut: the modal opens at once."""

    async def find(ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
        await finder.open(parse_finder_asked(body))
        return await ack()

    return find


def handle_typed(finder: "Finder") -> Callable[..., Awaitable[BoltResponse]]:
    """The listener of the search: the acknowledgement holds the options."""

    async def typed(ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
        return await ack(options=options(await finder.suggest(parse_typed(body))))

    return typed


def handle_sought(finder: "Finder") -> Callable[..., Awaitable[BoltResponse]]:
    """The listener of the choice."""

    async def sought(ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
        await finder.choose(parse_sought_contact(body))
        return await ack()

    return sought
