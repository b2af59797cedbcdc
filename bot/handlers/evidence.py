"""Evidence, what people say of its claims, and the menu of a card."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck

from blocks.claim_ids import RIGHT_TEXT
from bot.handlers.requests_claims import (
    ClaimSaid,
    parse_claim_said,
    parse_evidence,
    parse_fixed,
    parse_menu,
    parse_part,
    parse_undo_pressed,
)

if TYPE_CHECKING:
    from bot.card_menu import CardMenu
    from bot.correcting import Correcting
    from bot.evidence import Evidence

Handler = Callable[..., Awaitable[BoltResponse]]


def handle_evidence(evidence: "Evidence") -> Handler:
    """The listener of the Evidence button."""

    async def show(ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
        await evidence.open(parse_evidence(body))
        return await ack()

    return show


def handle_menu(menu: "CardMenu") -> Handler:
    """The listener of a card's menu."""

    async def choose(ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
        await menu.open(parse_menu(body))
        return await ack()

    return choose


def handle_part(evidence: "Evidence") -> Handler:
    """The listener of the select of a part."""
    return _said(parse_part, evidence.show_part)


def handle_claim(correcting: "Correcting") -> Handler:
    """The listener of a claim's menu."""
    return _said(parse_claim_said, correcting.say)


def handle_undo(correcting: "Correcting") -> Handler:
    """The listener of Undo."""
    return _said(parse_undo_pressed, correcting.undo)


def handle_fix(correcting: "Correcting") -> Handler:
    """The listener of the form for a right text; what is wrong with the text is said under its field."""

    async def fix(ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
        refused = await correcting.fix(parse_fixed(body))
        return await ack(response_action="errors", errors={RIGHT_TEXT: refused}) if refused else await ack()

    return fix


def _said(parse: Callable[[dict[str, Any]], ClaimSaid], act: Callable[[ClaimSaid], Awaitable[None]]) -> Handler:
    async def say(ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
        await act(parse(body))
        return await ack()

    return say
