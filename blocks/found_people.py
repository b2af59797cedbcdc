"""The modal of the message shortcut: searching, the people found, the one shown with a way into the thread."""

from collections.abc import Sequence
from typing import Any, Final

from slackblocks import RichText

from blocks.card import Card, build_card
from blocks.ids import POST_ACTION, write_post
from blocks.kit import context, paragraph
from blocks.notices import choose_among
from blocks.text import line, mrkdwn
from persona.model import ContactMatch

POST: Final = "Post into the thread"
_SEARCHING: Final = "Looking for the people this message speaks of…"
_NOBODY: Final = "This message names nobody who is in the CRM, or nobody you may see."
_HOW: Final = "People are found by a mention, an email address, or first and last name. /persona finds anybody by name."


def searching() -> Card:
    """What stands there until they are found."""
    return build_card(mrkdwn(_SEARCHING), [paragraph(RichText(_SEARCHING))])


def nobody_named() -> Card:
    """Nobody was found, and how they would be."""
    return build_card(mrkdwn(f"{_NOBODY} {_HOW}"), [paragraph(RichText(_NOBODY)), context(_HOW)])


def found_people(people: Sequence[ContactMatch]) -> Card:
    """Several were found: a button for each."""
    return choose_among("This message speaks of several contacts. Which one?", people, _HOW)


def with_post_button(card: Card, contact_key: int) -> Card:
    """A persona's card with the button that posts it into the thread."""
    button = {
        "type": "button",
        "action_id": POST_ACTION,
        "value": write_post(contact_key),
        "text": {"type": "plain_text", "text": POST, "emoji": False},
        "accessibility_label": "Post this persona into the thread of the message",
    }
    row: dict[str, Any] = {"type": "actions", "block_id": f"post:{contact_key}", "elements": [button]}
    return Card(card.text, [row, *card.blocks])


def posted(name: str) -> Card:
    """The persona is in the thread."""
    told = f"{line(name, 60)}'s persona is in the thread now."
    return build_card(mrkdwn(told), [paragraph(RichText(told))])
