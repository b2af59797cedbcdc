"""What people ask of evidence, claims and a card's menu, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from blocks.claim_ids import (
    ALL,
    RIGHT_TEXT,
    ClaimChoice,
    Opened,
    parse_claim,
    parse_fix,
    parse_more,
    parse_opened,
    parse_undo,
)
from blocks.ids import parse_shown
from bot.actors import Actor
from bot.handlers.requests import parse_actor
from persona.corrections import PLACES

_LONGEST = 3_000


@dataclass(frozen=True, slots=True)
class CardAsked:
    """A button or a menu of a card: `asks` is what for, and `opened` of whom, with the card's own address if private.

    `in_modal` when the card stands in one; `replaces` is that modal's id when it lies on another already: Slack stacks
    three, and the third is for a form.
    """

    actor: Actor
    trigger_id: str
    opened: Opened
    asks: str = ""
    in_modal: bool = False
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class ClaimSaid:
    """What somebody does in an evidence modal: `choice` says something of a claim, `undo` takes a correction back.

    With neither another part is opened. `name` is what their Slack calls them.
    """

    actor: Actor
    name: str
    trigger_id: str
    view_id: str
    opened: Opened
    choice: ClaimChoice | None = None
    undo: int | None = None


@dataclass(frozen=True, slots=True)
class ClaimFixed:
    """A right text, as typed, for a claim; `view_id` is the evidence modal below the form."""

    actor: Actor
    name: str
    view_id: str
    opened: Opened
    choice: ClaimChoice
    text: str


def parse_evidence(body: Mapping[str, Any]) -> CardAsked:
    """The pressed Evidence button; raises ValueError on a value we did not write."""
    key, version = parse_shown(str(body["actions"][0].get("value") or ""))
    return _asked(body, "", key, version)


def parse_menu(body: Mapping[str, Any]) -> CardAsked:
    """The choice in a card's menu; raises ValueError on a value we did not write."""
    asks, key, version = parse_more(_chosen(body))
    return _asked(body, asks, key, version)


def parse_part(body: Mapping[str, Any]) -> ClaimSaid:
    """The part of the evidence chosen; raises ValueError on a part there isn't."""
    said, part = _said(body), _chosen(body)
    if part not in {ALL, *PLACES}:
        raise ValueError("not a part of ours")
    opened = Opened(said.opened.contact_key, said.opened.version, part, said.opened.card_url)
    return _said(body, opened=opened)


def parse_claim_said(body: Mapping[str, Any]) -> ClaimSaid:
    """The choice in a claim's menu; raises ValueError on a value we did not write."""
    return _said(body, choice=parse_claim(_chosen(body)))


def parse_undo_pressed(body: Mapping[str, Any]) -> ClaimSaid:
    """The pressed Undo; raises ValueError on a value we did not write."""
    return _said(body, undo=parse_undo(str(body["actions"][0].get("value") or "")))


def parse_fixed(body: Mapping[str, Any]) -> ClaimFixed:
    """The view_submission of the form; raises ValueError on a form we did not open."""
    view = body["view"]
    choice, opened = parse_fix(str(view.get("private_metadata") or ""))
    text = str(view["state"]["values"][RIGHT_TEXT][RIGHT_TEXT].get("value") or "")[:_LONGEST]
    below = str(view.get("previous_view_id") or view.get("root_view_id") or "")
    return ClaimFixed(parse_actor(body), _name(body), below, opened, choice, text)


def _asked(body: Mapping[str, Any], asks: str, key: int, version: int) -> CardAsked:
    private = bool((body.get("container") or {}).get("is_ephemeral", False))
    url = str(body.get("response_url") or "") if private else ""
    opened = Opened(key, version, card_url=url)
    view = body.get("view") or {}
    replaces = str(view["id"]) if view.get("previous_view_id") else ""
    return CardAsked(parse_actor(body), str(body["trigger_id"]), opened, asks, in_modal=bool(view), replaces=replaces)


def _said(
    body: Mapping[str, Any], *, opened: Opened | None = None, choice: ClaimChoice | None = None, undo: int | None = None
) -> ClaimSaid:
    view = body["view"]
    shown = opened or parse_opened(str(view.get("private_metadata") or ""))
    trigger = str(body["trigger_id"])
    return ClaimSaid(parse_actor(body), _name(body), trigger, str(view["id"]), shown, choice, undo)


def _chosen(body: Mapping[str, Any]) -> str:
    return str((body["actions"][0].get("selected_option") or {}).get("value") or "")


def _name(body: Mapping[str, Any]) -> str:
    """What Slack calls who acts, else their id."""
    user = body["user"]
    return str(user.get("name") or user.get("username") or user["id"])
