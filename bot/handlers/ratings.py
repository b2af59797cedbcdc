"""Rating: reactions on cards, the select on a card, and the form that asks why."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck

from bot.handlers.requests_rating import parse_rating, parse_reaction, parse_reason

if TYPE_CHECKING:
    from bot.rating import Rating


def handle_reaction(rating: "Rating") -> Callable[..., Awaitable[None]]:
    """The listener of reaction_added and reaction_removed: what it says is kept before Slack is told that it came."""

    async def reaction(body: dict[str, Any]) -> None:
        found = parse_reaction(body)
        if found is not None:
            await rating.react(found)

    return reaction


def handle_rating(rating: "Rating") -> Callable[..., Awaitable[BoltResponse]]:
    """The listener of the select."""

    async def choose(ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
        await rating.choose(parse_rating(body))
        return await ack()

    return choose


def handle_reason(rating: "Rating") -> Callable[..., Awaitable[BoltResponse]]:
    """The listener of the form's submission, which closes it."""

    async def reason(ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
        await rating.explain(parse_reason(body))
        return await ack()

    return reason
