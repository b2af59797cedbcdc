"""What the person who installed the app is told first: three steps to the first persona."""

from typing import Final

from slackblocks import RichText

from blocks.card import Card, build_card
from blocks.kit import context, header, listing, paragraph
from blocks.text import mrkdwn

_TITLE: Final = "Persona is installed"
_SAID: Final = "Type a customer's name and see who they are to deal with, each claim with the quote it came from."
_STEPS: Final = (
    (
        "Bring in the CRM",
        "on the server: persona-bot import FOLDER (contacts.csv, emails.csv, activities.csv, deals.csv)",
    ),
    ("Try it", "/persona and a customer's name, here or in any channel; only you see the answer"),
    ("Say who may see whom", "everyone, each team its own, or only owners: persona-bot settings visibility team"),
)
_MORE: Final = "/persona help lists everything. Invite @Persona to the channels where personas are shared."


def welcome() -> Card:
    """The direct message to the installer."""
    rows = [[RichText(step, bold=True), RichText(f" · {how}")] for step, how in _STEPS]
    spoken = ". ".join(f"{step}: {how}" for step, how in _STEPS)
    blocks = [header(_TITLE), paragraph(RichText(_SAID)), listing("Three steps", rows), context(_MORE)]
    return build_card(mrkdwn(f"{_TITLE}. {_SAID} {spoken}. {_MORE}"), blocks)
