"""The card as everyone in a channel sees it: the top half, who shared it and why; the rest opens for each reader."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from slackblocks import (
    ActionsBlock,
    Block,
    DividerBlock,
    RichText,
    RichTextBlock,
    RichTextQuote,
    RichTextSection,
    RichTextUser,
)

from blocks.card import Card, build_card
from blocks.ids import Press, block_id
from blocks.kit import button, context, evidence_button, figures, header, listing, paragraph, statement
from blocks.rating import rated, rating
from blocks.sheet import BEFORE_YOU_CALL, Sheet, persona_sheet
from blocks.text import line, mrkdwn, sentence
from persona.model import Profile

MY_VIEW: Final = "My view"
NOTE: Final = 300
_WITHDRAWN: Final = "This persona is no longer shown here."


def shared_card(profile: Profile, *, now: datetime, shared_by: str, note: str = "") -> Card:
    """The top half of the persona. `shared_by` is a Slack user id; `note` what they wrote, 300 characters at most."""
    sheet, told = persona_sheet(profile, now=now), line(note, NOTE)
    said = [sheet.title, sheet.summary.text if sheet.summary else "", *(s.text for s in sheet.key_points), told]
    said.append(rated(profile.ratings))
    blocks = [*_top(sheet, told), _by(shared_by), _buttons(profile), *rating(profile, None)]
    return build_card(" ".join(mrkdwn(sentence(text)) for text in said if text), blocks)


def withdrawn_card(why: str) -> Card:
    """What stands in its place where it may no longer be shown, and why; nothing of the contact."""
    told = line(why, 300)
    return build_card(mrkdwn(f"{_WITHDRAWN} {told}"), [paragraph(RichText(_WITHDRAWN, bold=True)), context(told)])


def _top(sheet: Sheet, note: str) -> Iterator[Block]:
    yield header(sheet.title)
    if note:
        yield RichTextBlock(RichTextQuote(RichText(note)))
    named = f"“{sheet.nickname.text}”  {sheet.nickname.marks}" if sheet.nickname else ""
    about = " · ".join(filter(None, (named, sheet.about)))
    if about:
        yield context(about)
    if sheet.summary:
        yield paragraph(*statement(sheet.summary))
    if sheet.key_points:
        yield listing(BEFORE_YOU_CALL, (statement(point, with_confidence=False) for point in sheet.key_points))
    yield DividerBlock()
    yield figures(sheet.headlines)
    if sheet.footer:
        yield context(*sheet.footer[:1])


def _by(user_id: str) -> RichTextBlock:
    return RichTextBlock(RichTextSection([RichText("Shared by ", italic=True), RichTextUser(user_id)]))


def _buttons(profile: Profile) -> ActionsBlock:
    key, version = profile.contact.key, profile.persona.version if profile.persona else 0
    mine = button(MY_VIEW, Press(key, version), spoken="Open the whole card, for you only")
    return ActionsBlock([mine, evidence_button(key, version)], block_id=block_id("shared", key, version))
