"""Bodies as Slack sends them for everything we listen to, and the same broken, hostile or replaced at random places."""

import copy
import json
from typing import Any, Final
from urllib.parse import urlencode

from hypothesis import strategies as st

from blocks.claim_ids import EVIDENCE_ACTION, FIX_FORM, MORE_ACTION, RIGHT_TEXT, More
from blocks.export_form import EXPORT_FORM, FORMAT
from blocks.ids import (
    CHANNEL,
    FROM_MESSAGE,
    NOTE,
    POST_ACTION,
    RATE_ACTION,
    RATE_FORM,
    REASON,
    SHARE_ACTION,
    SHARE_FORM,
)
from blocks.settings_modal import SELECTS, SETTINGS_ACTION, SETTINGS_FORM, TEXTS, VARIANTS
from tests.doubles import slack_events as events
from tests.doubles import slack_requests as requests
from tests.doubles.slack_requests import Payload, Workspace

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
SPACE, USER, TS = Workspace(), requests.user_of("U1", "T1"), "1763800000.000100"
HOSTILE: Final = (
    "<!channel> pay here",
    "<@U1> <#C1> <https://evil.example|here>",
    "*_~`>",
    "\u202egnp.exe",
    "x" * 4_000,
    "😀" * 500,
    "",
    " ",
    "0",
    "-1",
    "1:1:open",
    "99999999999999999999:1:open",
    "1:99999999999999999999:refresh",
    "'; DROP TABLE contacts; --",
    "%s%n{0}{{7*7}}",
    "\x00",
    "\ud800",
    "../../etc/passwd",
    "https://evil.example/",
    "null",
)
_TEXT: Final = st.sampled_from(HOSTILE) | st.text(max_size=60)
_VALUE: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def _pressed(action_id: str, value: str, **more: Any) -> Payload:
    action = {"type": "button", "action_id": action_id, "block_id": "b", "value": value, "action_ts": "1.3", **more}
    origin = requests.from_ephemeral("C1", TS)
    return requests.block_actions(SPACE, USER, action, origin, response_url="http://127.0.0.1:9/response/x")


def _submitted(callback_id: str, values: Payload) -> Payload:
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": "1:1",
        "state": {"values": values},
        "hash": "1.a",
    }
    return requests.view_submission(SPACE, USER, view, [])


def _in_modal(action_id: str, kind: str, value: str) -> Payload:
    chosen = {"value": value} if kind == "button" else {"selected_option": {"value": value}}
    view = {"id": "V1", "type": "modal", "callback_id": "", "private_metadata": '[1, 1, "all", ""]', "hash": "1.a"}
    action = {"type": kind, "action_id": action_id, "block_id": "b", "action_ts": "1.3", **chosen}
    return requests.block_actions(SPACE, USER, action, requests.from_view(view), trigger_id="1.2.x")


def _event(event: Payload) -> Payload:
    return requests.event_callback(SPACE, event, "EvF1", 1_763_800_000)


INTERACTIONS: Final = (
    _pressed(EVIDENCE_ACTION, "1:1"),
    *(_pressed(MORE_ACTION, "", type="overflow", selected_option={"value": f"{more}:1:1"}) for more in More),
    _submitted(EXPORT_FORM, {FORMAT: {FORMAT: {"selected_option": {"value": "pdf"}}}}),
    _submitted(FIX_FORM, {RIGHT_TEXT: {RIGHT_TEXT: {"value": "Wants it faster"}}}),
    _in_modal("claim:0", "overflow", "avoid:0123456789abcdef:wrong"),
    _in_modal("evidence_part", "static_select", "avoid"),
    _in_modal("undo:0", "button", "undo:1"),
    *(_pressed(f"press:{asks}:1", f"1:1:{asks}") for asks in ("open", "refresh", "persona", "insights")),
    _pressed(SHARE_ACTION, "1:1"),
    _pressed(POST_ACTION, "post:1"),
    _pressed(RATE_ACTION, "", type="static_select", selected_option={"value": "1:1:5:persona"}),
    _submitted(SHARE_FORM, {CHANNEL: {CHANNEL: {"selected_conversation": "C1"}}, NOTE: {NOTE: {"value": "hello"}}}),
    _pressed(SETTINGS_ACTION, ""),
    _submitted(
        SETTINGS_FORM,
        {
            **{name: {name: {"value": "1"}} for name in TEXTS},
            **{name: {name: {"selected_option": {"value": "en"}}} for name in SELECTS},
            VARIANTS: {VARIANTS: {"selected_options": [{"value": "default"}]}},
        },
    ),
    _submitted(RATE_FORM, {REASON: {REASON: {"value": "right"}}}),
    requests.message_action(SPACE, USER, FROM_MESSAGE, "C1", {"user": "U9", "ts": TS, "text": "Jane Doe called"}),
    requests.shortcut(SPACE, USER, "find_persona"),
    requests.view_closed(SPACE, USER, {"id": "V1", "type": "modal", "callback_id": SHARE_FORM}),
    requests.block_suggestion(
        SPACE, USER, {"block_id": "b", "action_id": "find"}, "Jane", requests.from_ephemeral("C1", TS)
    ),
)
EVENTS: Final = tuple(
    _event(event)
    for event in (
        events.app_mention("U1", "<@UBOT> Jane Doe", "C1", TS),
        events.link_shared("U1", "https://crm.example/contacts/c1", "C1", TS),
        events.app_home_opened("U1", "D1", TS, None),
        events.app_uninstalled(),
        events.tokens_revoked("UBOT"),
        {"type": "reaction_added", "user": "U1", "reaction": "star", "item_user": "UBOT", "event_ts": TS,
         "item": {"type": "message", "channel": "C1", "ts": TS}},
        {"type": "message", "channel_type": "im", "user": "U1", "channel": "D1", "text": "hello", "ts": TS},
    )
)  # fmt: skip
COMMANDS: Final = tuple(
    requests.command_form(SPACE, text, response_url="http://127.0.0.1:9/response/x", trigger_id="1.2.x")
    for text in ("Jane Doe", "basic Jane", "help", "allow", "disallow", "status", "")
)


@st.composite
def bodies(draw: st.DrawFn) -> tuple[bytes, str]:
    """A body with its content type: noise, or something Slack sends with up to four places changed."""
    kind = draw(st.sampled_from(("noise", "command", "interaction", "interaction", "event", "event")))
    if kind == "noise":
        return draw(st.binary(max_size=300)), draw(st.sampled_from((FORM, JSON, "text/plain", "")))
    if kind == "command":
        form = draw(_changed(draw(st.sampled_from(COMMANDS)), values=_TEXT))
        return urlencode(form, errors="replace").encode(), FORM
    payload = json.dumps(draw(_changed(draw(st.sampled_from(INTERACTIONS if kind == "interaction" else EVENTS)))))
    if kind == "event":
        return payload.encode(), JSON
    return urlencode({"payload": payload}, errors="replace").encode(), FORM


@st.composite
def _changed(draw: st.DrawFn, payload: Payload, values: st.SearchStrategy[Any] = _VALUE) -> Payload:
    made = copy.deepcopy(payload)
    for _ in range(draw(st.integers(0, 4))):
        holder, key = draw(st.sampled_from(_places(made)))
        if draw(st.booleans()):
            holder[key] = draw(values)
        elif isinstance(holder, dict):
            del holder[key]
        if not made:
            break
    return made


def _places(node: Any) -> list[tuple[Any, Any]]:
    """Every place in a payload, as its holder and key."""
    keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else []
    found: list[tuple[Any, Any]] = [(node, key) for key in keys]
    return found + [place for key in keys for place in _places(node[key])]
