"""The modal of "Find a persona": a search as one types, and what stands there while the persona is fetched."""

from collections.abc import Sequence
from typing import Any, Final

from slackblocks import ActionsBlock, ExternalSelectMenu, RichText

from blocks.card import Card, build_card
from blocks.ids import SEEK_ACTION, write_sought
from blocks.kit import context, paragraph
from blocks.text import line, mrkdwn
from persona.model import Contact

_ASK: Final = "Whose persona are you looking for?"
_HOW: Final = "Type a name, a company or an email address; two letters are enough and spelling may be off."
_PLACEHOLDER: Final = "Type a name"
_LABEL: Final = 75  # docs.slack.dev/reference/block-kit/block-elements: an option's text and its description
_SHORTEST: Final = 2


def finder() -> Card:
    """The search."""
    menu = ExternalSelectMenu(
        action_id=SEEK_ACTION, min_query_length=_SHORTEST, placeholder=_PLACEHOLDER, focus_on_load=True
    )
    blocks = [paragraph(RichText(_ASK, bold=True)), ActionsBlock([menu], block_id=SEEK_ACTION), context(_HOW)]
    return build_card(mrkdwn(f"{_ASK} {_HOW}"), blocks)


def fetching() -> Card:
    """What stands there between the choice and the persona."""
    told = "Fetching the persona…"
    return build_card(mrkdwn(told), [paragraph(RichText(told))])


def options(contacts: Sequence[Contact]) -> list[dict[str, Any]]:
    """What the search offers: who they are, below it what they do."""
    return [_option(contact) for contact in contacts]


def _option(contact: Contact) -> dict[str, Any]:
    named = line(" · ".join(filter(None, (contact.name or "Unnamed contact", contact.company))), _LABEL)
    job = line(contact.title or contact.email or "", _LABEL)
    described = {"description": _plain(job)} if job else {}
    return {"text": _plain(named), "value": write_sought(contact.key), **described}


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}
