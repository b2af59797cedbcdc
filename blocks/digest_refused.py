"""What an admin reads when the digest's channel takes it no more."""

from typing import Final

from slackblocks import RichText, RichTextBlock, RichTextSection
from slackblocks import RichTextChannel as Channel

from blocks.card import Card, build_card
from blocks.text import line, mrkdwn

_WHAT: Final = "The weekly digest could not be posted"
_NEXT: Final = "Another channel can be chosen in the settings on Persona's Home. This is told once."
_REASON: Final = 500


def digest_refused(channel_id: str, reason: str) -> Card:
    """The channel, why it refused, and where another one is chosen."""
    why = f"{line(reason, _REASON)} {_NEXT}"
    where = [RichText(" in "), Channel(channel_id), RichText(". ")] if channel_id.startswith("C") else [RichText(". ")]
    told = RichTextSection([RichText(_WHAT), *where, RichText(why)])
    return build_card(mrkdwn(f"{_WHAT} in the channel chosen for it. {why}"), [RichTextBlock(told)])
