"""Rating: reactions on cards, the select on a card, and the form that asks why."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck

from bot.handlers.requests_rating import parse_rating, parse_reaction, parse_reason
from persona.errors import PersonaBotError

if TYPE_CHECKING:
    from bot.rating import Rating

REACTIONS: Final = ("reaction_added", "reaction_removed")
"""A tuple, and not a pattern for Bolt: what stands in an event's type may be neither hashable nor text."""


def handle_reaction(rating: "Rating") -> Callable[..., Awaitable[None]]:
    """The listener of reaction_added and reaction_removed: what it says is kept before Slack is told that it came."""

    async def reaction(body: dict[str, Any]) -> None:
        found = parse_reaction(body)
        if found is not None:
            await rating.react(found)

    return reaction


def concerns_us(rating: "Rating") -> Callable[[dict[str, Any]], Awaitable[bool]]:
    """Whether a payload is anything but a reaction that is none of ours; what can't be told is the listener's to say.

    Bolt takes as long to find a listener as the look-up does, and most reactions of a workspace are no ratings.
    """

    async def concerns(body: dict[str, Any]) -> bool:
        event = body.get("event")
        if not isinstance(event, dict) or str(event.get("type")) not in REACTIONS:
            return True
        with suppress(PersonaBotError, LookupError, TypeError, ValueError, AttributeError):
            found = parse_reaction(body)
            return found is not None and await rating.concerns(found)
        return True

    return concerns


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
