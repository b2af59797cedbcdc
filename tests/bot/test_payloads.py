"""The edge: who is let in, and how bodies are read."""

from urllib.parse import quote, urlencode

import pytest
from slack_bolt.request.internals import parse_body

from bot.payloads import parse_payload

FORM = "application/x-www-form-urlencoded"


def test_a_command_that_contains_the_word_payload_is_a_command() -> None:
    form = {
        "command": "/persona",
        "text": "payload systems",
        "team_id": "T1",
        "user_id": "U1",
        "response_url": "http://127.0.0.1/r",
    }
    assert parse_payload(urlencode(form), FORM) == form


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
        ("payload=" + quote('{"type": "block_actions", "actions": [1], "user": {"id": "U1"}}'), FORM),
        ("payload=" + quote('{"type": "view_submission"}'), FORM),
        ("payload=" + quote('{"view": {"callback_id": "x"}}'), FORM),
        ("payload=" + quote('{"type": "workflow_step_edit", "callback_id": "x"}'), FORM),
        ('{"type": "event_callback", "event": "payload"}', "application/json"),
        ('{"type": ["payload"]}', "application/json"),
        ("command=%2Fpersona&text=payload", FORM),
        ("command=%2Fpersona&text=payload&team_id=T1&user_id=U1&response_url=ftp://x", FORM),
        ('"x"', "application/json"),
    ],
)
def test_anything_else_is_no_payload(body: str, content_type: str) -> None:
    with pytest.raises(ValueError, match=r"payload|Envelope"):
        parse_payload(body, content_type)
