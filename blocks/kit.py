"""Block Kit from plain words: the few shapes our cards are made of, all literal, so that nothing in them can format."""

from collections.abc import Iterable, Sequence
from typing import Final

from slackblocks import (
    ActionsBlock,
    Button,
    ContextBlock,
    HeaderBlock,
    Markdown,
    Option,
    OverflowMenu,
    PlainText,
    RichText,
    RichTextBlock,
    RichTextList,
    RichTextSection,
    SectionBlock,
)

from blocks.claim_ids import EVIDENCE_ACTION, MORE_ACTION, More, write_more
from blocks.figures import Headline
from blocks.ids import SHARE_ACTION, Press, Tab, action_id, block_id, write_press, write_shown
from blocks.sheet import Statement
from blocks.text import clip, clip_mrkdwn, mrkdwn
from persona.model import Profile

TAB_LABELS: Final = {Tab.PERSONA: "Persona", Tab.INSIGHTS: "Behavioural insights"}
EVIDENCE: Final = "Evidence"
MORE_LABELS: Final = {
    More.HISTORY: "History",
    More.CORRECT: "Correct…",
    More.SIMILAR: "Similar contacts",
    More.EXPORT: "Export…",
}
REFRESH: Final = "Refresh"
SHARE: Final = "Share…"
_HEADER = 150
_CONTEXT = 1_000
_FIELD = 300
_BUTTON = 75


def header(text: str) -> HeaderBlock:
    """The title of a card, at most 150 characters."""
    return HeaderBlock(PlainText(clip(text, _HEADER)))


def context(*lines: str) -> ContextBlock:
    """Small grey lines below one another, literal."""
    return ContextBlock([PlainText(clip("\n".join(lines), _CONTEXT))])


def paragraph(*leaves: RichText) -> RichTextBlock:
    """One paragraph of literal leaves."""
    return RichTextBlock(RichTextSection(list(leaves)))


def listing(title: str, items: Iterable[Sequence[RichText]]) -> RichTextBlock:
    """A bold title above bullets; each item is a row of leaves."""
    bullets = [RichTextSection(list(leaves)) for leaves in items]
    heading = RichTextSection(RichText(title, bold=True))
    return RichTextBlock([heading, RichTextList("bullet", bullets)] if bullets else [heading])


def statement(said: Statement, *, with_confidence: bool = True) -> list[RichText]:
    """A claim with its marks and, if wanted, its confidence."""
    tail = f"  {said.confidence}" if with_confidence else ""
    return [RichText(f"{said.text}  {said.marks}{tail}")]


def figures(headlines: Sequence[Headline]) -> SectionBlock:
    """Headline figures as fields, two columns on a desktop and one on a phone."""
    return SectionBlock(fields=[Markdown(_field(headline), verbatim=True) for headline in headlines])


def _field(headline: Headline) -> str:
    detail = f"  ({mrkdwn(headline.detail)})" if headline.detail else ""
    return clip_mrkdwn(f"*{headline.label}*\n{mrkdwn(headline.value)}{detail}", _FIELD)


def button(label: str, press: Press, *, current: bool = False, spoken: str = "") -> Button:
    """A button of ours; the current one is marked in colour and in words."""
    return Button(
        text=PlainText(clip(f"✓ {label}" if current else label, _BUTTON)),
        action_id=action_id(press),
        value=write_press(press),
        style="primary" if current else None,
        accessibility_label=clip(f"{label}, shown now" if current else spoken or label, _BUTTON),
    )


def tabs(profile: Profile, current: Tab) -> ActionsBlock:
    """The buttons below a card: its two tabs and Refresh; of a written persona also its evidence, Share and a menu."""
    key, version = profile.contact.key, profile.persona.version if profile.persona else 0
    views = [
        button(label, Press(key, version, tab=tab), current=tab is current, spoken=f"Show {label.lower()}")
        for tab, label in TAB_LABELS.items()
    ]
    refresh = button(REFRESH, Press(key, version, refresh=True), spoken="Write the persona anew")
    more = [evidence_button(key, version), _share(key, version)] if version else []
    menu = [_menu(key, version)] if version else []
    return ActionsBlock([*views, *more, refresh, *menu], block_id=block_id(f"tabs:{current}", key, version))


def evidence_button(contact_key: int, version: int) -> Button:
    """Opens the evidence modal, for who presses."""
    return Button(
        text=PlainText(EVIDENCE),
        action_id=EVIDENCE_ACTION,
        value=write_shown(contact_key, version),
        accessibility_label="Show the quotes each claim rests on",
    )


def _menu(contact_key: int, version: int) -> OverflowMenu:
    options = [
        Option(PlainText(label), write_more(asked, contact_key, version)) for asked, label in MORE_LABELS.items()
    ]
    return OverflowMenu(MORE_ACTION, options)


def _share(contact_key: int, version: int) -> Button:
    return Button(
        text=PlainText(SHARE),
        action_id=SHARE_ACTION,
        value=write_shown(contact_key, version),
        accessibility_label="Share this persona in a channel",
    )
