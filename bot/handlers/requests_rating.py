"""Payloads of rating as frozen values: reactions, the select on a card, and the form that asks why."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from blocks.ids import REASON, Choice, parse_choice, parse_shown
from blocks.rating import REASON_LENGTH
from bot.actors import Actor
from bot.handlers.requests import parse_actor, parse_event_actor

_STARS: Final = {"star": 5, "star2": 5, "dizzy": 5, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_SKIN_TONE: Final = re.compile(r"::skin-tone-[1-6]$")
_TIME: Final = re.compile(r"([0-9]{10})\.([0-9]{6})", re.ASCII)
_TS: Final = re.compile(r"[0-9]{1,20}\.[0-9]{1,20}", re.ASCII)
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reaction:
    """A reaction that rates: put on a message (`stars`), or taken off it (None). `at` is as in RatingChosen."""

    actor: Actor
    event_id: str
    channel_id: str
    message_ts: str
    name: str
    stars: int | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class RatingChosen:
    """Stars chosen in the select of a card. `at` is None when Slack didn't say when."""

    actor: Actor
    choice: Choice
    at: datetime | None
    trigger_id: str
    response_url: str
    view_id: str


@dataclass(frozen=True, slots=True)
class ReasonGiven:
    """The form that asks why was sent."""

    actor: Actor
    contact_key: int
    version: int
    reason: str


def parse_reaction(body: Mapping[str, Any]) -> Reaction | None:
    """The reaction of an event_callback; None when it rates nothing. Raises ValueError on ids Slack doesn't give."""
    event = body["event"]
    name = _SKIN_TONE.sub("", str(event.get("reaction") or ""))
    item = event.get("item") or {}
    if name not in _STARS or item.get("type") != "message":
        return None
    _given(_ID, event.get("user"))
    added = event["type"] == "reaction_added"
    return Reaction(
        actor=parse_event_actor(body),
        event_id=str(body["event_id"]),
        channel_id=_given(_ID, item.get("channel")),
        message_ts=_given(_TS, item.get("ts")),
        name=name,
        stars=_STARS[name] if added else None,
        at=_moment(event.get("event_ts")),
    )


def parse_rating(body: Mapping[str, Any]) -> RatingChosen:
    """The choice of a block_actions payload; raises ValueError on a value we did not write."""
    action = body["actions"][0]
    return RatingChosen(
        actor=parse_actor(body),
        choice=parse_choice(str((action.get("selected_option") or {}).get("value") or "")),
        at=_moment(action.get("action_ts")),
        trigger_id=str(body["trigger_id"]),
        response_url=str(body.get("response_url") or ""),
        view_id=str((body.get("view") or {}).get("id") or ""),
    )


def parse_reason(body: Mapping[str, Any]) -> ReasonGiven:
    """The view_submission of the form; raises ValueError on a form we did not open."""
    view = body["view"]
    key, version = parse_shown(str(view.get("private_metadata") or ""))
    said = str(view["state"]["values"][REASON][REASON].get("value") or "")
    return ReasonGiven(parse_actor(body), key, version, said.replace("\x00", "").strip()[:REASON_LENGTH])


def _given(form: re.Pattern[str], value: object) -> str:
    if not isinstance(value, str) or form.fullmatch(value) is None:
        raise ValueError("not an id of Slack's")
    return value


def _moment(ts: object) -> datetime | None:
    """A time as Slack writes it, to the microsecond; None for anything else."""
    found = _TIME.fullmatch(str(ts))
    if found is None:
        return None
    return datetime.fromtimestamp(int(found[1]), UTC) + timedelta(microseconds=int(found[2]))
