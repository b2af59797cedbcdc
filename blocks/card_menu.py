"""What the menu of a card opens: the versions with what changed, and the contacts that are alike."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from slackblocks import Block, Button, Markdown, PlainText, RichText, SectionBlock

from blocks.card import Card, build_card
from blocks.claim_ids import write_undo
from blocks.history import changes_of, correction_line, version_line
from blocks.ids import Press, Tab
from blocks.kit import button, context, header, paragraph
from blocks.measures import alike_of
from blocks.sheet import title
from blocks.text import clip, clip_mrkdwn, line, mrkdwn
from persona.corrections import Correction
from persona.model import Profile

_VERSIONS: Final = 30
_CORRECTIONS: Final = 30
_SECTION: Final = 2_900
_OPENING: Final = "Reading…"
_NO_VERSION: Final = "No persona was ever written for this contact."
_ALONE: Final = "No other contact is alike enough, or none you may see."
_STANDING: Final = "Corrections that stand"


def reading() -> Card:
    """What stands there until it is read."""
    return build_card(_OPENING, [paragraph(RichText(_OPENING))])


def history_view(versions: Sequence[Profile], corrections: Sequence[Correction], *, now: datetime) -> Card:
    """The versions, newest first, each with what changed and a button that shows it; then what people corrected."""
    if not versions:
        return build_card(_NO_VERSION, [paragraph(RichText(_NO_VERSION))])
    named = f"History · {title(versions[0])}"
    lines = [told for profile in versions[:_VERSIONS] for told in _lines(profile, now)]
    blocks: list[Block] = [header(clip(named, 150)), *(_version(profile, now) for profile in versions[:_VERSIONS])]
    if corrections:
        blocks.append(paragraph(RichText(_STANDING, bold=True)))
        blocks += [_correction(c, number) for number, c in enumerate(corrections[-_CORRECTIONS:])]
    return build_card(" ".join(mrkdwn(text) for text in (f"{named}.", *lines)), blocks)


def similar_view(profile: Profile, keys: Sequence[int | None]) -> Card:
    """The contacts that are alike, with traits and outcomes; `keys` are those of the ones that can be opened."""
    named = f"Similar to {line(profile.contact.name, 100) or 'this contact'}"
    rows = [(alike, key) for alike, key in zip(alike_of(profile), keys, strict=True) if key is not None]
    if not rows:
        return build_card(mrkdwn(f"{named}. {_ALONE}"), [header(clip(named, 150)), paragraph(RichText(_ALONE))])
    blocks: list[Block] = [header(clip(named, 150))]
    for alike, key in rows:
        told = f"*{mrkdwn(alike.name)}*\n{mrkdwn(alike.shared)}\n{mrkdwn(alike.outcome)}"
        open_it = button("Open", Press(key), spoken=f"Open the persona of {alike.name}")
        blocks.append(SectionBlock(Markdown(clip_mrkdwn(told, _SECTION), verbatim=True), accessory=open_it))
    blocks.append(context("Alike in how they behave and what they write; deals won and lost are all of theirs."))
    spoken = "; ".join(f"{alike.name}, {alike.shared}, {alike.outcome}" for alike, _ in rows)
    return build_card(mrkdwn(f"{named}: {spoken}."), blocks)


def _lines(profile: Profile, now: datetime) -> Iterator[str]:
    if profile.persona:
        yield f"{version_line(profile.persona, now=now)}."
        yield from (f"{change}." for change in changes_of(profile.persona))


def _version(profile: Profile, now: datetime) -> Block:
    head, *rest = _lines(profile, now) or [""]
    told = "\n".join([f"*{mrkdwn(head.rstrip('.'))}*", *(f"• {mrkdwn(text.rstrip('.'))}" for text in rest)])
    version = profile.persona.version if profile.persona else 0
    show = button("Show", Press(profile.contact.key, version, tab=Tab.PERSONA), spoken=f"Show version {version}")
    return SectionBlock(Markdown(clip_mrkdwn(told, _SECTION), verbatim=True), accessory=show)


def _correction(correction: Correction, number: int) -> Block:
    undo = Button(
        text=PlainText("Undo"),
        action_id=f"undo:{number}",
        value=write_undo(correction.key),
        accessibility_label="Take this correction back",
    )
    return SectionBlock(PlainText(clip(correction_line(correction), _SECTION)), accessory=undo)
