"""Each limit of a block is refused once, where Slack refuses it, and what Slack takes is taken."""

from typing import Any

import pytest

from tests.doubles.block_limits import message_errors, view_errors

Block = dict[str, Any]


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def option(text: str = "One", value: str = "1", **more: Any) -> Block:
    return {"text": plain(text), "value": value, **more}


def button(**more: Any) -> Block:
    return {"type": "button", "action_id": "a", "text": plain("Share"), **more}


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def select(kind: str = "static_select", **more: Any) -> Block:
    return {"type": kind, "action_id": "s", "options": [option()], **more}


def asked(element: Block, **more: Any) -> Block:
    return {"type": "input", "label": plain("Note"), "element": {"action_id": "i", **element}, **more}


def rich(*leaves: Block, **more: Any) -> Block:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(leaves), **more}]}


def container(*children: Block, **more: Any) -> Block:
    return {"type": "container", "title": plain("Evidence"), "child_blocks": list(children), **more}


TYPED = {"type": "plain_text_input"}
FEEDBACK = {
    "type": "feedback_buttons",
    "action_id": "f",
    "positive_button": {"text": plain("Right"), "value": "up"},
    "negative_button": {"text": plain("Wrong"), "value": "down"},
}
DIVIDER = {"type": "divider"}
IMAGE = {"type": "image", "image_url": "http://127.0.0.1/x.png", "alt_text": "chart"}
CONFIRM = {"title": plain("Sure?"), "text": plain("It goes."), "confirm": plain("Yes"), "deny": plain("No")}
ALERT = {"type": "alert", "text": plain("Careful"), "level": "warning"}
CARD = {"type": "card", "title": plain("Jane")}
MARKDOWN = {"type": "markdown", "text": "x"}
CONTEXT_ACTIONS = {"type": "context_actions", "elements": [FEEDBACK]}

TAKEN = [
    actions(button(confirm=CONFIRM), select(placeholder=plain("Rate")), select("overflow", action_id="o")),
    {"type": "section", "text": plain("x"), "accessory": select("radio_buttons")},
    asked(TYPED),
    rich({"type": "text", "text": "x"}),
    IMAGE,
]


def views_of(block: Block, kind: str) -> list[str]:
    frame = {"type": kind, "blocks": [block]}
    return view_errors(frame | ({"title": plain("T"), "submit": plain("S")} if kind == "modal" else {}), kind)


@pytest.mark.parametrize("block", TAKEN)
def test_what_slack_takes_everywhere_is_taken(block: Block) -> None:
    assert [message_errors({"text": "x", "blocks": [block]}), views_of(block, "modal"), views_of(block, "home")] == [
        [],
        [],
        [],
    ]


@pytest.mark.parametrize(
    ("block", "surfaces"),
    [
        (ALERT, {"modal"}),
        (CARD, {"message", "home"}),
        (MARKDOWN, {"message"}),
        (CONTEXT_ACTIONS, {"message"}),
        (container(DIVIDER), {"message", "home"}),
        ({"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}, {"message"}),
        (asked({"type": "number_input", "is_decimal_allowed": False}), {"modal"}),
        (asked({"type": "rich_text_input"}), {"modal", "home"}),
        (asked({"type": "datetimepicker"}), {"message", "modal"}),
        ({"type": "file", "external_id": "x"}, set()),
    ],
)
def test_a_block_is_taken_on_its_own_surfaces_only(block: Block, surfaces: set[str]) -> None:
    refused = {
        "message": message_errors({"text": "x", "blocks": [block]}),
        "modal": views_of(block, "modal"),
        "home": views_of(block, "home"),
    }
    assert {surface for surface, errors in refused.items() if not errors} == surfaces


@pytest.mark.parametrize(
    "block",
    [
        actions(),
        actions(*[button(action_id=str(n)) for n in range(26)]),
        actions(button(), button()),
        actions(button(text=plain("x" * 76))),
        actions(button(value="x" * 2001)),
        actions(button(url="x" * 3001)),
        actions(button(accessibility_label="x" * 76)),
        actions(button(style="green")),
        actions(button(confirm={**CONFIRM, "text": plain("x" * 301)})),
        actions(select(options=[])),
        actions(select(options=[option(value=str(n)) for n in range(101)])),
        actions(select(options=[option("x" * 76)])),
        actions(select(options=[option(value="x" * 151)])),
        actions(select(options=[option(description=plain("x" * 76))])),
        actions(select(placeholder=plain("x" * 151))),
        actions(select(initial_option=option("Two", "2"))),
        actions(select("overflow", options=[option(value=str(n)) for n in range(6)])),
        actions(select("radio_buttons", options=[option(value=str(n)) for n in range(11)])),
        actions(select("multi_static_select")),
        actions(TYPED),
        actions(FEEDBACK),
        {"type": "section", "text": plain("")},
        {"type": "section", "fields": [plain("x")] * 11},
        {"type": "section", "text": plain("x"), "accessory": {"type": "image", "image_url": "http://x"}},
        {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
        {"type": "header", "text": plain("x"), "level": 5},
        {"type": "context", "elements": [plain("x")] * 11},
        asked({**TYPED, "max_length": 3001}),
        asked({**TYPED, "max_length": 3, "initial_value": "four"}),
        asked(TYPED, label=plain("x" * 2001)),
        asked(button()),
        rich({"type": "image"}),
        rich({"type": "text", "text": ""}),
        {"type": "rich_text", "elements": [{"type": "rich_text_list", "style": "bullet", "indent": 9, "elements": []}]},
        {**IMAGE, "alt_text": ""},
        {**IMAGE, "slack_file": {"id": "F1"}},
        container(),
        container(MARKDOWN),
        container(container(DIVIDER)),
        container(DIVIDER, default_collapsed=True),
        {"type": "card"},
        {**CARD, "body": plain("x" * 201)},
        {**CARD, "actions": [button(action_id=str(n)) for n in range(4)]},
        {"type": "carousel", "elements": [CARD] * 11},
        {"type": "context_actions", "elements": [button()]},
        {"type": "context_actions", "elements": [{**FEEDBACK, "negative_button": {"text": plain("No")}}]},
        {"type": "task_card", "task_id": "1", "title": "Read", "status": "pending"},
        {**MARKDOWN, "text": "x" * 12_001},
        {"type": "divider", "block_id": "x" * 256},
    ],
)
def test_a_limit_that_is_passed_is_refused(block: Block) -> None:
    assert message_errors({"text": "x", "blocks": [block]}) != []


@pytest.mark.parametrize("level", ["loud", None])
def test_an_alert_of_no_known_level_or_over_200_characters_is_refused(level: str | None) -> None:
    wrong = {**ALERT, "level": level} if level else {**ALERT, "text": plain("x" * 201)}
    assert views_of(wrong, "modal") != []


def test_a_modal_that_asks_something_has_a_submit_button() -> None:
    assert "view with input without submit" in view_errors(
        {"type": "modal", "title": plain("T"), "blocks": [asked(TYPED)]}, "modal"
    )
