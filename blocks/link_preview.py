"""The short card below a shared link to a contact's record: who it is and the first thing to know."""

from datetime import datetime
from typing import Final

from slackblocks import ActionsBlock, Block, RichText

from blocks.card import Card, build_card
from blocks.ids import Press, block_id
from blocks.kit import button, context, paragraph, statement
from blocks.sheet import persona_sheet
from blocks.text import mrkdwn, sentence
from persona.model import Profile

_OPEN: Final = "My view"
_NONE_YET: Final = "No persona is written yet; My view writes it."


def link_preview(profile: Profile, *, now: datetime) -> Card:
    """Name, role, company, summary and a button that opens the whole card for the reader only."""
    sheet = persona_sheet(profile, now=now, pending=False)
    key, version = profile.contact.key, profile.persona.version if profile.persona else 0
    blocks: list[Block] = [paragraph(RichText(sheet.title, bold=True))]
    if sheet.about:
        blocks.append(context(sheet.about))
    told = sheet.summary.text if sheet.summary else _NONE_YET
    blocks.append(paragraph(*statement(sheet.summary)) if sheet.summary else context(told))
    spoken = "Open the whole card, for you only"
    blocks.append(ActionsBlock([button(_OPEN, Press(key), spoken=spoken)], block_id=block_id("link", key, version)))
    return build_card(" ".join(mrkdwn(sentence(text)) for text in (sheet.title, sheet.about, told) if text), blocks)
