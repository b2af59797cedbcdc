"""What an admin reads when the digest's channel takes it no more, or nobody knows whether it did."""

from typing import Final

from slackblocks import RichText, RichTextBlock, RichTextSection
from slackblocks import RichTextChannel as Channel

from blocks.card import Card, build_card
from blocks.text import line, mrkdwn

_WHAT: Final = "The weekly digest could not be posted"
_NEXT: Final = "Another channel can be chosen in the settings on Persona's Home. This is told once."
_REASON: Final = 500
_UNSURE: Final = "Whether the weekly digest was posted is not known"
_LOOK: Final = (
    "It was interrupted meanwhile, and a second one would be noise. If it isn't there, Persona's Home shows the week."
)


def digest_refused(channel_id: str, reason: str) -> Card:
    """The channel, why it refused, and where another one is chosen."""
    return _told(_WHAT, channel_id, f"{line(reason, _REASON)} {_NEXT}")


def digest_unsure(channel_id: str) -> Card:
    """The channel to look in, and where the week is shown besides."""
    return _told(_UNSURE, channel_id, _LOOK)


def _told(what: str, channel_id: str, why: str) -> Card:
    where = [RichText(" in "), Channel(channel_id), RichText(". ")] if channel_id.startswith("C") else [RichText(". ")]
    told = RichTextSection([RichText(what), *where, RichText(why)])
    return build_card(mrkdwn(f"{what} in the channel chosen for it. {why}"), [RichTextBlock(told)])
