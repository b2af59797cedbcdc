"""The persona tab: what to know before calling, the headline figures, and what we say of the contact."""

from collections.abc import Iterator
from datetime import datetime

from slackblocks import Block, DividerBlock, RichText

from blocks.card import Card, build_card
from blocks.ids import Tab
from blocks.kit import context, figures, header, listing, paragraph, statement, tabs
from blocks.rating import rated, rating
from blocks.sheet import BEFORE_YOU_CALL, Part, Sheet, Statement, persona_sheet, unread
from blocks.text import line, mrkdwn, sentence
from persona.model import Profile

_NOTICE = 300


def persona_card(profile: Profile, *, now: datetime, notice: str = "", pending: bool = True) -> Card:
    """The persona tab. Without a persona it is the same card with what is `pending` in its lower half."""
    sheet = persona_sheet(profile, now=now, pending=pending)
    told = line(notice, _NOTICE)
    blocks = [*_top(sheet, told), *_bottom(sheet), tabs(profile, Tab.PERSONA), *rating(profile, Tab.PERSONA)]
    return build_card(_text(sheet, told, rated(profile.ratings), unread(profile.persona)), blocks)


def _top(sheet: Sheet, notice: str) -> Iterator[Block]:
    yield header(sheet.title)
    named = f"“{sheet.nickname.text}”  {sheet.nickname.marks}" if sheet.nickname else ""
    about = " · ".join(filter(None, (named, sheet.about)))
    if about:
        yield context(about)
    if notice:
        yield context(notice)
    if sheet.summary:
        yield paragraph(*statement(sheet.summary))
    yield DividerBlock()
    if sheet.key_points:
        points = (statement(point, with_confidence=False) for point in sheet.key_points)
        yield listing(BEFORE_YOU_CALL, points)
        yield DividerBlock()
    yield figures(sheet.headlines)
    yield DividerBlock()


def _bottom(sheet: Sheet) -> Iterator[Block]:
    if sheet.waiting:
        yield paragraph(RichText(sheet.waiting, italic=True))
    for part in sheet.parts:
        yield listing(_title(part), map(statement, part.statements))
    if sheet.missing:
        yield context(*sheet.missing)
    if sheet.footer:
        yield DividerBlock()
        yield context(*filter(None, (sheet.changes, *sheet.footer)))


def _title(part: Part) -> str:
    return f"{part.title} · {part.hidden} more in Evidence" if part.hidden else part.title


def _text(sheet: Sheet, notice: str, *last: str) -> str:
    """What a screen reader says: the real thing, in the order of the card."""
    said = [
        sheet.title,
        f"“{sheet.nickname.text}”" if sheet.nickname else "",
        notice,
        sheet.summary.text if sheet.summary else "",
        _points(BEFORE_YOU_CALL, sheet.key_points),
        *(headline.said for headline in sheet.headlines),
        sheet.waiting,
        *(_points(part.title, part.statements) for part in sheet.parts),
        *sheet.footer[:1],
        *last,
    ]
    return " ".join(mrkdwn(sentence(text)) for text in said if text)


def _points(title: str, statements: tuple[Statement, ...]) -> str:
    return f"{title}: {'; '.join(s.text.rstrip('.') for s in statements)}" if statements else ""
