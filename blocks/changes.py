"""What others are told below a shared card when its persona was written anew."""

from collections.abc import Sequence
from typing import Final

from slackblocks import RichText

from blocks.card import Card, build_card
from blocks.kit import paragraph
from blocks.text import line, mrkdwn
from persona.model import Contact

_SAID: Final = "The persona of {name} was written anew, and the card above shows it. What changed: {changes}."
_MOST: Final = 900


def changes_reply(contact: Contact, changes: Sequence[str]) -> Card:
    """One sentence."""
    told = line(_SAID.format(name=contact.name, changes="; ".join(changes)), _MOST)
    return build_card(mrkdwn(told), [paragraph(RichText(told))])
