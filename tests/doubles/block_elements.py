"""Slack's limits for interactive elements: where each may stand, options, texts, confirmations."""

from collections.abc import Iterator
from typing import Any

TEXT_OBJECTS = {"plain_text", "mrkdwn"}
SELECTS = {"static_select", "external_select", "users_select", "conversations_select", "channels_select"}
MULTI = {f"multi_{kind}" for kind in SELECTS}
PICKERS = {"datepicker", "timepicker", "radio_buttons", "checkboxes"}
TYPED = {"email_text_input", "number_input", "url_text_input", "file_input"}
STANDS = {
    "actions": {"button", "overflow", "datetimepicker", "workflow_button", *SELECTS, *PICKERS},
    "accessory": {"button", "image", "overflow", "workflow_button", *SELECTS, *MULTI, *PICKERS},
    "input": {"plain_text_input", "rich_text_input", "datetimepicker", *SELECTS, *MULTI, *PICKERS, *TYPED},
    "context_actions": {"feedback_buttons", "icon_button"},
    "card": {"button"},
}
NEVER_ON = {
    "message": {"rich_text_input", *TYPED},
    "modal": {"workflow_button"},
    "home": {"datetimepicker", "workflow_button", *TYPED},
}
OPTION_COUNT = {"overflow": 5, "radio_buttons": 10, "checkboxes": 10}
NEEDS_OPTIONS = {"static_select", "multi_static_select", *OPTION_COUNT}
CONFIRM = {"title": 100, "text": 300, "confirm": 30, "deny": 30}


def text_errors(text: Any, *, limit: int, where: str, plain: bool = False) -> Iterator[str]:
    if not isinstance(text, dict) or text.get("type") not in TEXT_OBJECTS:
        yield f"{where}: not a text object"
        return
    if plain and text["type"] != "plain_text":
        yield f"{where}: must be plain_text"
    if not 1 <= len(text.get("text", "")) <= limit:
        yield f"{where}: {len(text.get('text', ''))} characters, 1 to {limit} allowed"


def element_errors(element: dict[str, Any], surface: str, place: str) -> Iterator[str]:
    """What Slack would refuse in an element. `surface` is message, modal or home; `place` a key of STANDS."""
    kind = str(element.get("type"))
    if kind not in STANDS[place] - NEVER_ON[surface]:
        yield f"{kind} in {place} of a {surface}"
        return
    if kind == "image":
        yield from image_errors(element)
        return
    if len(str(element.get("action_id", ""))) > 255:
        yield "action_id too long"
    if "placeholder" in element:
        yield from text_errors(element["placeholder"], limit=150, where="placeholder", plain=True)
    for part, limit in CONFIRM.items() if "confirm" in element else ():
        yield from text_errors(element["confirm"].get(part), limit=limit, where=f"confirm {part}", plain=part != "text")
    yield from _BY_KIND.get(kind, _options)(element)


def image_errors(image: dict[str, Any]) -> Iterator[str]:
    """An image, as block or element: an address or a file, and words for who can't see it."""
    if ("image_url" in image) == ("slack_file" in image):
        yield "image_url or slack_file, one of them"
    if len(str(image.get("image_url", ""))) > 3000:
        yield "image_url too long"
    if not 1 <= len(str(image.get("alt_text") or "")) <= 2000:
        yield "alt_text"


def _button(button: dict[str, Any]) -> Iterator[str]:
    yield from text_errors(button.get("text"), limit=75, where="button", plain=True)
    for part, limit in (("value", 2000), ("url", 3000), ("accessibility_label", 75), ("agent_prompt", 4000)):
        if len(str(button.get(part, ""))) > limit:
            yield f"button {part} too long"
    if button.get("style") not in {None, "primary", "danger"}:
        yield "button style"


def _feedback(element: dict[str, Any]) -> Iterator[str]:
    for part in ("positive_button", "negative_button"):
        yield from _button(element.get(part) or {})
        if not (element.get(part) or {}).get("value"):
            yield f"{part} without value"


def _icon(element: dict[str, Any]) -> Iterator[str]:
    yield from text_errors(element.get("text"), limit=75, where="icon_button", plain=True)
    if element.get("icon") != "trash" or len(element.get("visible_to_user_ids", [])) > 10:
        yield "icon_button"


def _typed(element: dict[str, Any]) -> Iterator[str]:
    longest = element.get("max_length", 3000)
    if not 1 <= longest <= 3000 or not 0 <= element.get("min_length", 0) <= longest:
        yield "length of an input"
    if len(str(element.get("initial_value") or "")) > longest:
        yield "initial_value too long"


def _options(element: dict[str, Any]) -> Iterator[str]:
    kind, groups = str(element["type"]), element.get("option_groups")
    lists = [group.get("options", []) for group in groups] if groups else [element.get("options", [])]
    most = OPTION_COUNT.get(kind, 100)
    if groups is not None and not 1 <= len(groups) <= 100:
        yield f"{len(groups)} option groups"
    for group in groups or []:
        yield from text_errors(group.get("label"), limit=75, where="option group", plain=True)
    if kind not in NEEDS_OPTIONS:
        return
    for options in lists:
        if not 1 <= len(options) <= most:
            yield f"{kind} of {len(options)} options"
        for option in options:
            yield from option_errors(option, plain=kind not in {"radio_buttons", "checkboxes"})
    offered = [option for options in lists for option in options]
    begun = [element["initial_option"]] if "initial_option" in element else element.get("initial_options", [])
    if any(option not in offered for option in begun):
        yield "initial option that isn't offered"


def option_errors(option: dict[str, Any], *, plain: bool = True) -> Iterator[str]:
    """What Slack would refuse in an option."""
    yield from text_errors(option.get("text"), limit=75, where="option", plain=plain)
    if not 1 <= len(str(option.get("value") or "")) <= 150:
        yield "option value"
    if "description" in option:
        yield from text_errors(option["description"], limit=75, where="option description", plain=plain)


_BY_KIND = {
    "button": _button,
    "feedback_buttons": _feedback,
    "icon_button": _icon,
    "plain_text_input": _typed,
}
