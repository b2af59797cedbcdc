"""Rating: the row on every card with the mean and a select from 1 to 5, and the form that asks why."""

from typing import Final

from slackblocks import InputBlock, Option, PlainText, PlainTextInput, RichText, SectionBlock, StaticSelectMenu

from blocks.card import Card, build_card
from blocks.ids import RATE_ACTION, RATE_FORM, REASON, Choice, Tab, write_choice, write_shown
from blocks.kit import paragraph
from blocks.modal import Modal
from blocks.text import mrkdwn
from persona.model import Profile
from persona.ratings import Ratings

REASON_LENGTH: Final = 500
_RATE: Final = "Rate 1–5"
_LABELS: Final = {5: "5 ★ Right", 4: "4 ★ Mostly right", 3: "3 ★ Half right", 2: "2 ★ Mostly wrong", 1: "1 ★ Wrong"}
_NOT_YET: Final = "Not rated yet"
_ASKED: Final = "Does it describe this contact well?"
_REACT: Final = "Choose, or react to this message with star (5) or one to five."
_TITLE: Final = "Your rating"
_LABEL: Final = "Why? What is right or wrong?"
_CLOSING: Final = "Choose other stars on the card whenever you see it differently."


def rating(profile: Profile, tab: Tab | None) -> list[SectionBlock]:
    """The row that rates the persona shown: the mean with n and the select; none while there is no persona.

    `tab` is the one it stands on; None is a card in a channel, where reactions count too.
    """
    if profile.persona is None:
        return []
    shown = f"{stars(profile.ratings) or _NOT_YET}  ·  {_ASKED if tab else _REACT}"
    options = [
        Option(PlainText(label), write_choice(Choice(profile.contact.key, profile.persona.version, number, tab)))
        for number, label in _LABELS.items()
    ]
    select = StaticSelectMenu(RATE_ACTION, options, placeholder=PlainText(_RATE))
    return [SectionBlock(PlainText(shown), accessory=select)]


def stars(ratings: Ratings) -> str:
    """Their mean with n, as the card shows it; empty while nobody rated."""
    return f"★ {ratings.mean:.1f} (n {ratings.n})" if ratings.mean is not None else ""


def rated(ratings: Ratings) -> str:
    """The same as a sentence; empty while nobody rated."""
    return f"Rated {ratings.mean:.1f} of 5 (n {ratings.n})." if ratings.mean is not None else ""


def reason_modal(contact_key: int, version: int) -> Modal:
    """The frame of the form that asks why, which remembers what was rated."""
    return Modal(_TITLE, RATE_FORM, submit="Send", close="Skip", metadata=write_shown(contact_key, version))


def reason_form(given: int, ratings: Ratings) -> Card:
    """Says what was chosen and what all say now, and asks why."""
    told = f"You rated this persona {_LABELS[given]}. {rated(ratings)}"
    why = PlainTextInput(action_id=REASON, multiline=True, max_length=REASON_LENGTH)
    asked = InputBlock(_LABEL, why, block_id=REASON, optional=True, hint=_CLOSING)
    return build_card(mrkdwn(f"{told} {_LABEL}"), [paragraph(RichText(told)), asked])
