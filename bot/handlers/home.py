"""The Home tab: opened, its search, a contact of its lists, and failed jobs tried again."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck

from bot.handlers.requests import parse_actor
from bot.handlers.requests_finder import parse_finder_asked
from bot.handlers.requests_home import is_home_tab, parse_home_opened, parse_home_person

if TYPE_CHECKING:
    from bot.finder import Finder
    from bot.home import HomeTab
    from bot.retrying import Retrying


async def of_home_tab(body: dict[str, Any]) -> bool:
    """Matches the opening of the Home tab."""
    return is_home_tab(body)


def handle_home(home: "HomeTab") -> Callable[..., Awaitable[None]]:
    """The listener of the Home tab: its content is promised before Slack is told that the event has come."""

    async def opened(body: dict[str, Any]) -> None:
        await home.open(parse_home_opened(body))

    return opened


def handle_home_find(finder: "Finder") -> Callable[..., Awaitable[BoltResponse]]:
    """The listener of the Home's search: the same modal as the global shortcut's."""

    async def find(ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
        await finder.open(parse_finder_asked(body))
        return await ack()

    return find


def handle_home_person(home: "HomeTab") -> Callable[..., Awaitable[BoltResponse]]:
    """The listener of a contact's button."""

    async def person(ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
        await home.show(parse_home_person(body))
        return await ack()

    return person


def handle_retry_jobs(retrying: "Retrying") -> Callable[..., Awaitable[BoltResponse]]:
    """The listener of the button that has failed jobs tried again."""

    async def retry(ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
        await retrying.retry(parse_actor(body))
        return await ack()

    return retry
