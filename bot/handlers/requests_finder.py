"""Payloads of "Find a persona" as frozen values: the shortcut, what is typed into its search, and who is chosen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from blocks.ids import parse_sought
from bot.actors import Actor
from bot.handlers.requests import parse_actor

_MAX_TYPED: Final = 200


@dataclass(frozen=True, slots=True)
class FinderAsked:
    """The shortcut was chosen; the trigger opens a modal for three seconds."""

    actor: Actor
    trigger_id: str


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody has typed into the search so far."""

    actor: Actor
    text: str


@dataclass(frozen=True, slots=True)
class Sought:
    """The contact chosen in the search."""

    actor: Actor
    contact_key: int
    view_id: str


def parse_finder_asked(body: Mapping[str, Any]) -> FinderAsked:
    """The global shortcut."""
    return FinderAsked(parse_actor(body), str(body["trigger_id"]))


def parse_typed(body: Mapping[str, Any]) -> Typed:
    """The text of a block_suggestion."""
    return Typed(parse_actor(body), str(body.get("value") or "")[:_MAX_TYPED])


def parse_sought_contact(body: Mapping[str, Any]) -> Sought:
    """The choice of a block_actions payload; raises ValueError on a value we did not write."""
    chosen = body["actions"][0].get("selected_option") or {}
    return Sought(parse_actor(body), parse_sought(str(chosen.get("value") or "")), str(body["view"]["id"]))
