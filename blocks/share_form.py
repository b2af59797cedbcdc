"""The form that shares a persona: in which channel, with which note; and what it says afterwards."""

from typing import Any, Final

from slackblocks import ConversationSelectMenu, InputBlock, PlainTextInput, RichText, RichTextBlock, RichTextSection
from slackblocks import RichTextChannel as Channel

from blocks.card import Card, build_card
from blocks.ids import CHANNEL, NOTE, SHARE_FORM, write_shown
from blocks.kit import context, paragraph
from blocks.modal import Modal, as_view
from blocks.shared_card import NOTE as NOTE_LENGTH
from blocks.text import mrkdwn

_TITLE: Final = "Share a persona"
_WHO: Final = "Everyone there sees summary, figures and what to know first; the rest opens for who may see the contact."
_SHARING: Final = "Sharing…"


def share_modal(contact_key: int, version: int) -> Modal:
    """The frame of the form, which remembers what is shared."""
    return Modal(_TITLE, SHARE_FORM, submit="Share", close="Cancel", metadata=write_shown(contact_key, version))


def share_form() -> Card:
    """The two inputs: the current conversation is chosen already."""
    channel = ConversationSelectMenu(action_id=CHANNEL, default_to_current_conversation=True)
    note = PlainTextInput(action_id=NOTE, multiline=True, max_length=NOTE_LENGTH)
    blocks = [
        InputBlock("Channel", channel, block_id=CHANNEL),
        InputBlock("Note above the card", note, block_id=NOTE, optional=True),
        context(_WHO),
    ]
    return build_card(mrkdwn(f"{_TITLE}. {_WHO}"), blocks)


def sharing_view() -> dict[str, Any]:
    """What replaces the form while the card is posted: the answer to its submission."""
    return as_view(Modal(_TITLE), build_card(mrkdwn(_SHARING), [paragraph(RichText(_SHARING))]))


def shared_in(channel_id: str) -> Card:
    """The card stands there."""
    return _told("The persona is posted", channel_id, "now.")


def stands_in(channel_id: str) -> Card:
    """The same card, with the same note, stands there from before: it isn't posted twice."""
    return _told("This version of the persona stands", channel_id, "already, so it wasn't posted again.")


def _told(what: str, channel_id: str, ending: str) -> Card:
    named = channel_id.startswith("C")
    where = [RichText("in "), Channel(channel_id)] if named else [RichText("in that conversation")]
    told = RichTextSection([RichText(f"{what} "), *where, RichText(f" {ending}")])
    return build_card(
        mrkdwn(f"{what} in {'the channel' if named else 'that conversation'} {ending}"), [RichTextBlock(told)]
    )
