"""What Slack sends of an element somebody pressed, chose or filled, and of a whole modal's inputs."""

from typing import Any

from tests.doubles.slack_sight import Block, Found, elements_of, option_of
from tests.doubles.slack_state import View

CHOSEN = {
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}
OPTIONS = {"static_select", "external_select", "radio_buttons", "overflow"}
MANY_OPTIONS = {"multi_static_select", "multi_external_select", "checkboxes"}
TEXTS = {"plain_text_input", "email_text_input", "url_text_input", "number_input"}
STATELESS = {"button", "overflow", "feedback_buttons", "icon_button", "workflow_button"}


def pressed(found: Found) -> Block:
    """The action of a button."""
    kept = {key: found.element[key] for key in ("type", "action_id", "text", "value", "style") if key in found.element}
    return {**kept, "block_id": found.block_id, "action_ts": "1.3"}


def chosen(found: Found, choice: Any, suggested: list[Block] | None = None) -> Block:
    """The action of a choice: an option's label, or labels; a user's or channel's id; a date; a text."""
    element, kind = found.element, str(found.element["type"])
    action = {"type": kind, "action_id": element["action_id"], "block_id": found.block_id, "action_ts": "1.3"}
    offered = {**element, "options": suggested} if suggested is not None else element
    if kind in OPTIONS:
        return {**action, "selected_option": _option(offered, choice)}
    if kind in MANY_OPTIONS:
        return {**action, "selected_options": [_option(offered, one) for one in choice]}
    return {**action, CHOSEN.get(kind, "value"): choice}


def _option(element: Block, label: str) -> Block:
    option = option_of(element, label)
    assert option, f"no option {label!r}"
    return option


def state_values(view: View, *, here: str = "") -> dict[str, dict[str, Block]]:
    """The state of a modal or Home: what it began with under what was filled in. `here` is the current conversation."""
    values: dict[str, dict[str, Block]] = {}
    for found in elements_of(view.view["blocks"]):
        element = found.element
        if element["type"] in STATELESS:
            continue
        filled = view.state.get(found.block_id, {}).get(element["action_id"])
        values.setdefault(found.block_id, {})[element["action_id"]] = filled or _begun(element, here)
    return values


def _begun(element: Block, here: str) -> Block:
    kind = str(element["type"])
    if kind in OPTIONS:
        return {"type": kind, "selected_option": element.get("initial_option")}
    if kind in MANY_OPTIONS:
        return {"type": kind, "selected_options": element.get("initial_options") or []}
    if kind in TEXTS:
        return {"type": kind, "value": element.get("initial_value")}
    name = CHOSEN.get(kind, "value")
    start = element.get(f"initial_{name.removeprefix('selected_')}")
    if start is None and element.get("default_to_current_conversation"):
        start = here or None
    return {"type": kind, name: start}


def missing(view: View, values: dict[str, dict[str, Block]]) -> list[str]:
    """The labels of inputs that Slack doesn't let through: empty though not optional, or too short or long."""
    faults = []
    for index, block in enumerate(view.view["blocks"]):
        if block["type"] != "input":
            continue
        value = values[str(block.get("block_id") or f"b{index}")][block["element"]["action_id"]]
        filled = next((v for key, v in value.items() if key != "type"), None)
        length = len(filled) if isinstance(filled, str) else 0
        limits = block["element"].get("min_length", 0) <= length <= block["element"].get("max_length", 3000)
        if (not filled and not block.get("optional")) or (isinstance(filled, str) and not limits):
            faults.append(str(block["label"]["text"]))
    return faults
