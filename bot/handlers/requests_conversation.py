"""Payloads of the conversation as frozen values: a question, the tab opened, Stop, and whom a question is about."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from blocks.ids import parse_asked_about, parse_place, write_place
from bot.actors import Actor
from bot.handlers.requests import parse_actor, parse_event_actor, typed_text

_MAX_QUESTION: Final = 1_000
_SPOKEN: Final = frozenset({"", "file_share"})
"""Subtypes of a message that a person wrote just now; edits, deletions and messages of bots have others."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody wrote to us: the words, their message, and the thread that the answer belongs to."""

    actor: Actor
    event_id: str
    channel_id: str
    thread_ts: str
    ts: str
    text: str


@dataclass(frozen=True, slots=True)
class TabOpened:
    """Somebody opened our Messages tab, which is that channel."""

    actor: Actor
    channel_id: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """Somebody pressed Stop while an answer was written in that thread."""

    actor: Actor
    channel_id: str
    thread_ts: str


@dataclass(frozen=True, slots=True)
class AboutChosen:
    """Somebody chose whom the question waiting in that thread is about."""

    actor: Actor
    channel_id: str
    thread_ts: str
    contact_key: int


def parse_asked(body: Mapping[str, Any]) -> Asked | None:
    """The question of a message event; None for what no person wrote to us just now.

    Raises ValueError on a thread that is none of Slack's.
    """
    event = body["event"]
    text = typed_text(str(event.get("text") or "")).encode(errors="ignore").decode()
    of_bot = event.get("bot_id") or event.get("bot_profile") or not event.get("user")
    if event.get("channel_type") != "im" or str(event.get("subtype") or "") not in _SPOKEN or of_bot or not text:
        return None
    ts = str(event["ts"])
    channel_id, thread_ts = parse_place(write_place(str(event["channel"]), str(event.get("thread_ts") or ts)))
    return Asked(
        actor=parse_event_actor(body),
        event_id=str(body["event_id"]),
        channel_id=channel_id,
        thread_ts=thread_ts,
        ts=ts,
        text=text[:_MAX_QUESTION],
    )


def parse_tab_opened(body: Mapping[str, Any]) -> TabOpened:
    """The app_home_opened of the Messages tab."""
    return TabOpened(parse_event_actor(body), str(body["event"]["channel"]))


def parse_stopped(body: Mapping[str, Any]) -> Stopped:
    """The agent_session_stopped."""
    event = body["event"]
    return Stopped(parse_event_actor(body), str(event["channel"]), str(event["thread_ts"]))


def parse_about(body: Mapping[str, Any]) -> AboutChosen:
    """The pressed button of a choice; raises ValueError on a value we did not write."""
    container, message = body["container"], body.get("message") or {}
    return AboutChosen(
        actor=parse_actor(body),
        channel_id=str(container["channel_id"]),
        thread_ts=str(container.get("thread_ts") or message.get("thread_ts") or container["message_ts"]),
        contact_key=parse_asked_about(str(body["actions"][0].get("value") or "")),
    )


def is_messages_tab(body: Mapping[str, Any]) -> bool:
    """Whether an app_home_opened is of the Messages tab."""
    return bool((body.get("event") or {}).get("tab") == "messages")
