"""The edge: who is let in, and how bodies are read."""

from urllib.parse import quote

import pytest
from slack_bolt.request.internals import parse_body

from bot.web import parse_payload

FORM = "application/x-www-form-urlencoded"


def test_a_command_that_contains_the_word_payload_is_a_command() -> None:
    assert parse_payload("command=%2Fpersona&text=payload+systems", FORM) == {
        "command": "/persona",
        "text": "payload systems",
    }


def test_bolt_still_takes_any_form_with_the_word_payload_for_an_interaction() -> None:
    """When this fails Bolt has mended it, and bot/web.py may hand it the body as it came."""
    assert parse_body("command=%2Fpersona&text=payload+systems", FORM) == {}


def test_an_interaction_is_the_json_in_its_form() -> None:
    assert parse_payload("payload=%7B%22type%22%3A%22shortcut%22%7D", FORM) == {"type": "shortcut"}


def test_an_event_is_its_json() -> None:
    assert parse_payload('{"type": "url_verification"}', "application/json") == {"type": "url_verification"}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("", FORM),
        ("{", FORM),
        ("payload=nonsense", FORM),
        ("payload=%5B%5D", FORM),
        ("[1]", "application/json"),
        ("[" * 50_000, "application/json"),
        ("payload=" + quote('{"type": "block_actions", "actions": []}'), FORM),
        ('"x"', "application/json"),
    ],
)
def test_anything_else_is_no_payload(body: str, content_type: str) -> None:
    with pytest.raises(ValueError, match="payload"):
        parse_payload(body, content_type)
