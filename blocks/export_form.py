"""The form that exports a persona: as what; and what it says while and after."""

from enum import StrEnum
from typing import Any, Final

from slackblocks import InputBlock, Option, PlainText, RadioButtonGroup, RichText

from blocks.card import Card, build_card
from blocks.ids import write_shown
from blocks.kit import context, paragraph
from blocks.modal import Modal, as_view
from blocks.text import line, mrkdwn

EXPORT_FORM: Final = "export_persona"
FORMAT: Final = "format"
_TITLE: Final = "Export a persona"
_WHERE: Final = "The file comes as a direct message, to you only. It holds customer data: treat it so."
_MAKING: Final = "Making the file…"


class Format(StrEnum):
    """What a persona can be exported as."""

    PDF = "pdf"
    CSV = "csv"
    JSON = "json"


_LABELS: Final = {
    Format.PDF: "PDF: a page to print, with the charts and every quote",
    Format.CSV: "CSV: the claims with their quotes, for a spreadsheet",
    Format.JSON: "JSON: everything, for a program",
}


def export_modal(contact_key: int, version: int) -> Modal:
    """The frame of the form, which remembers what is exported."""
    return Modal(_TITLE, EXPORT_FORM, submit="Export", close="Cancel", metadata=write_shown(contact_key, version))


def export_form() -> Card:
    """The choice of a format; the PDF is chosen already."""
    options = [Option(PlainText(label), known.value) for known, label in _LABELS.items()]
    radios = RadioButtonGroup(FORMAT, options, initial_option=options[0])
    return build_card(mrkdwn(f"{_TITLE}. {_WHERE}"), [InputBlock("Format", radios, block_id=FORMAT), context(_WHERE)])


def making_view() -> dict[str, Any]:
    """What replaces the form while the file is made: the answer to its submission."""
    return as_view(Modal(_TITLE), build_card(_MAKING, [paragraph(RichText(_MAKING))]))


def exported(filename: str) -> Card:
    """The file is there."""
    told = f"{line(filename, 120)} is in your direct messages with Persona now."
    return build_card(mrkdwn(told), [paragraph(RichText(told))])
