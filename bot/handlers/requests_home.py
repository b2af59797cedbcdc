"""Payloads of the Home tab as frozen values: it was opened, a contact of it was asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from blocks.home_ids import parse_home_open
from bot.actors import Actor
from bot.handlers.requests import parse_actor, parse_event_actor


@dataclass(frozen=True, slots=True)
class HomeOpened:
    """Somebody opened the Home, which showed what has this hash and this metadata; both "" when nothing was there."""

    actor: Actor
    hash: str
    metadata: str


@dataclass(frozen=True, slots=True)
class HomePerson:
    """A contact's button was pressed; the trigger opens a modal for three seconds."""

    actor: Actor
    trigger_id: str
    contact_key: int


def parse_home_opened(body: Mapping[str, Any]) -> HomeOpened:
    """The app_home_opened of the Home tab."""
    event = body["event"]
    view = event.get("view") or {}
    return HomeOpened(parse_event_actor(body), str(view.get("hash") or ""), str(view.get("private_metadata") or ""))


def parse_home_person(body: Mapping[str, Any]) -> HomePerson:
    """The pressed button; raises ValueError on a value we did not write."""
    key = parse_home_open(str(body["actions"][0].get("value") or ""))
    return HomePerson(parse_actor(body), str(body["trigger_id"]), key)


def is_home_tab(body: Mapping[str, Any]) -> bool:
    """Whether an app_home_opened is of the Home tab."""
    return bool((body.get("event") or {}).get("tab") == "home")
