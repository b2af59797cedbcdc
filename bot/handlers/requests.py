"""Slack's payloads as frozen values; nothing else indexes a payload."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from blocks.ids import CHANNEL, NOTE, Press, parse_post, parse_press, parse_shown
from bot.actors import Actor, Team
from persona.model import Method

_MAIL_LINK = re.compile(r"<mailto:([^|>]+)(?:\|[^>]*)?>")
_MENTION = re.compile(r"<([@#!])([^|>]+)\|?([^>]*)>")
_ANYBODY = re.compile(r"<@([^>|]+)[^>]*>")
_MAX_QUERY = 200
_MAX_MESSAGE = 4_000
_MAX_NOTE = 300


@dataclass(frozen=True, slots=True)
class PersonaCommand:
    """`/persona ...`: whom it asks for, by which method, and where to answer later. An empty query asks for help."""

    actor: Actor
    query: str
    method: Method | None
    response_url: str
    channel_id: str = ""

    @property
    def wants_help(self) -> bool:
        """Whether the usage is asked for rather than a person."""
        return self.query.lower() in {"", "help", "?"}

    @property
    def wants_status(self) -> bool:
        """Whether it is asked how the workspace stands."""
        return self.query.lower() == "status"

    @property
    def allows(self) -> bool | None:
        """Whether `allow` or `disallow` was said of the channel it was typed in; None for anything else."""
        return {"allow": True, "disallow": False}.get(self.query.lower())


@dataclass(frozen=True, slots=True)
class ButtonPress:
    """A button of one of our cards, with what its value says; `private` when only who pressed sees the card."""

    actor: Actor
    press: Press
    response_url: str
    private: bool = True
    view_id: str = ""
    metadata: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """`@Persona ...` in a channel: what was said to us, and the thread where it is answered."""

    actor: Actor
    event_id: str
    channel_id: str
    thread_ts: str
    query: str


@dataclass(frozen=True, slots=True)
class FromMessage:
    """ "Persona from message": the message, who wrote it, and the trigger that opens a modal for three seconds."""

    actor: Actor
    trigger_id: str
    channel_id: str
    thread_ts: str
    text: str
    author_id: str


@dataclass(frozen=True, slots=True)
class ShareAsked:
    """Share was pressed on a version of a contact's persona; the trigger opens a form for three seconds."""

    actor: Actor
    trigger_id: str
    contact_key: int
    version: int


@dataclass(frozen=True, slots=True)
class ShareSubmitted:
    """The form was sent: where to, and with which note."""

    actor: Actor
    view_id: str
    contact_key: int
    version: int
    channel_id: str
    note: str


def parse_command(body: Mapping[str, Any]) -> PersonaCommand:
    """The command of a slash command's form; `basic NAME` asks for the Basic method, `basic` alone for help."""
    words = typed_text(str(body.get("text") or "")).split()
    method = None
    if words and words[0].lower() in {"basic", "rag"}:
        method = Method(words.pop(0).lower())
    return PersonaCommand(
        actor=Actor(parse_team(body), str(body["user_id"])),
        query=" ".join(words)[:_MAX_QUERY],
        method=method,
        response_url=str(body.get("response_url") or ""),
        channel_id=str(body.get("channel_id") or ""),
    )


def parse_post_button(body: Mapping[str, Any]) -> tuple[ButtonPress, int]:
    """The pressed "Post into the thread" and whose persona it posts; raises ValueError on a value we did not write."""
    contact_key = parse_post(str(body["actions"][0].get("value") or ""))
    return _pressed(body, Press(contact_key)), contact_key


def parse_button(body: Mapping[str, Any]) -> ButtonPress:
    """The pressed button of a block_actions payload; raises ValueError on a value we did not write."""
    return _pressed(body, parse_press(str(body["actions"][0].get("value") or "")))


def _pressed(body: Mapping[str, Any], press: Press) -> ButtonPress:
    return ButtonPress(
        actor=parse_actor(body),
        press=press,
        response_url=str(body.get("response_url") or ""),
        private=bool((body.get("container") or {}).get("is_ephemeral", True)),
        view_id=str((body.get("view") or {}).get("id") or ""),
        metadata=str((body.get("view") or {}).get("private_metadata") or ""),
    )


def parse_mention(body: Mapping[str, Any]) -> Mention:
    """The mention of an event_callback; of its query the first mention of ourselves is left out."""
    event = body["event"]
    said = _without_us(str(event.get("text") or ""), body)
    return Mention(
        actor=parse_event_actor(body),
        event_id=str(body["event_id"]),
        channel_id=str(event["channel"]),
        thread_ts=str(event.get("thread_ts") or event["ts"]),
        query=" ".join(typed_text(said).split())[:_MAX_QUERY],
    )


def _without_us(text: str, body: Mapping[str, Any]) -> str:
    """The text without the first mention of the bot, whose user id the event names; else without the first of all."""
    ours = next((str(a["user_id"]) for a in body.get("authorizations") or () if a.get("user_id")), "")
    mentioned = [match for match in _ANYBODY.finditer(text) if not ours or match[1] == ours]
    return text[: mentioned[0].start()] + text[mentioned[0].end() :] if mentioned else text


def parse_from_message(body: Mapping[str, Any]) -> FromMessage:
    """The message of a message_action; a bot's message has no author."""
    message = body["message"]
    return FromMessage(
        actor=parse_actor(body),
        trigger_id=str(body["trigger_id"]),
        channel_id=str(body["channel"]["id"]),
        thread_ts=str(message.get("thread_ts") or message["ts"]),
        text=str(message.get("text") or "")[:_MAX_MESSAGE],
        author_id=str(message.get("user") or ""),
    )


def parse_share_asked(body: Mapping[str, Any]) -> ShareAsked:
    """The pressed Share button; raises ValueError on a value we did not write."""
    key, version = parse_shown(str(body["actions"][0].get("value") or ""))
    return ShareAsked(parse_actor(body), str(body["trigger_id"]), key, version)


def parse_share_submitted(body: Mapping[str, Any]) -> ShareSubmitted:
    """The view_submission of the form; raises ValueError on a form we did not open."""
    view = body["view"]
    key, version = parse_shown(str(view.get("private_metadata") or ""))
    values = view["state"]["values"]
    return ShareSubmitted(
        actor=parse_actor(body),
        view_id=str(view["id"]),
        contact_key=key,
        version=version,
        channel_id=str(values[CHANNEL][CHANNEL]["selected_conversation"]),
        note=str(values[NOTE][NOTE].get("value") or "")[:_MAX_NOTE],
    )


def parse_actor(body: Mapping[str, Any]) -> Actor:
    """Who presses, chooses or submits."""
    user = body["user"]
    return Actor(parse_team(body), str(user["id"]), str(user["team_id"]) if user.get("team_id") else None)


def parse_event_actor(body: Mapping[str, Any]) -> Actor:
    """Who wrote, reacted, opened or stopped, of an event_callback.

    Where other organisations read too and Slack doesn't say whose user it is, they are of the team the event came from.
    """
    event = body["event"]
    shared = (event.get("team") or body.get("team_id")) if body.get("is_ext_shared_channel") else None
    team = event.get("user_team") or shared
    return Actor(parse_team(body), str(event["user"]), str(team) if team else None)


def parse_team(body: Mapping[str, Any]) -> Team:
    """The Slack workspace whose install a request is for.

    Of a channel that organisations share, an event's `team_id` may be the others'; an interaction with the app of a
    whole organisation may name no team but its user's (slack_bolt.request.internals.extract_team_id).
    """
    install = next(iter(body.get("authorizations") or ()), None)
    if install:
        team_id = install.get("team_id") or body.get("context_team_id") or body.get("team_id")
        return _team(team_id, install.get("enterprise_id"))
    if "team_id" in body:
        return _team(body["team_id"], body.get("enterprise_id"))
    team, enterprise, user = (body.get(key) or {} for key in ("team", "enterprise", "user"))
    return _team(team.get("id") or user.get("team_id"), enterprise.get("id"))


def _team(team_id: object, enterprise_id: object) -> Team:
    return Team(str(team_id or ""), str(enterprise_id) if enterprise_id else None)


def typed_text(text: str) -> str:
    """Slack's command text as typed: entities undone, mail links bare, mentions with the sign they were typed with.

    The sign stays, for a Slack member called jane need not be the contact of that name.
    """
    text = _MAIL_LINK.sub(r"\1", text)
    text = _MENTION.sub(lambda m: m[1] + (m[3] or m[2]), text)
    return html.unescape(text).replace("\x00", "").strip()
