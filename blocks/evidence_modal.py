"""The evidence modal: each claim with its verbatim quotes, why we trust it, and a menu that puts it right."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    InputBlock,
    Markdown,
    Option,
    OverflowMenu,
    PlainText,
    PlainTextInput,
    RichText,
    RichTextBlock,
    RichTextLink,
    RichTextQuote,
    RichTextSection,
    SectionBlock,
    StaticSelectMenu,
)
from slackblocks._core import resolve

from blocks.card import Card, build_card
from blocks.claim_ids import (
    ALL,
    FIX_FORM,
    PART_ACTION,
    RIGHT_TEXT,
    ClaimChoice,
    Opened,
    digest,
    write_claim,
    write_fix,
    write_undo,
)
from blocks.kit import context, header, paragraph
from blocks.modal import Modal
from blocks.quotes import Proof, proofs
from blocks.sheet import title, unread
from blocks.text import clip, clip_mrkdwn, line, mrkdwn, sentence
from blocks.wording import age, count
from persona.corrections import Correction
from persona.grounding.claim_text import MAX_CLAIM
from persona.model import CorrectionKind, Profile

_CLAIMS: Final = 36  # two blocks each, of a modal's 100 with the rest
_LARGEST: Final = 200_000  # bytes of JSON; a modal may have 250,000
_DETAILS: Final = ((6, 600), (4, 300), (2, 160), (1, 80))
"""Quotes a claim and characters a quote, from everything to the least; the first that fits is taken."""
_CLAIM: Final = 600
_SPOKEN: Final = 12
_KINDS: Final = {
    CorrectionKind.WRONG: "Wrong",
    CorrectionKind.OUTDATED: "Outdated",
    CorrectionKind.WRONG_PERSON: "About another person",
    CorrectionKind.NOT_USEFUL: "Not useful",
    CorrectionKind.RIGHT_TEXT: "Fix…",
}
_DONE: Final = {
    CorrectionKind.WRONG: "marked as wrong and gone from the persona",
    CorrectionKind.OUTDATED: "marked as outdated and gone until something newer says it again",
    CorrectionKind.WRONG_PERSON: "marked as another person's, with all that was read there",
    CorrectionKind.NOT_USEFUL: "marked as not useful and gone from here",
    CorrectionKind.RIGHT_TEXT: "put right",
}
_OPENING: Final = "Opening the evidence…"
_HOW: Final = (
    "The menu beside a claim puts it right: wrong, outdated, about another person, not useful, or your own text."
)
_NONE: Final = "This persona makes no claims, so there is no evidence to show."
_GONE: Final = "That claim is no longer there: somebody corrected it, or a newer version doesn't make it."
_TAKEN_BACK: Final = "Your correction is taken back; what it hid is there again if the newest version says it."


def opening() -> Card:
    """What stands there until the quotes are read."""
    return build_card(_OPENING, [paragraph(RichText(_OPENING))])


def evidence_view(
    profile: Profile,
    opened: Opened,
    *,
    now: datetime,
    notice: str = "",
    undo: Correction | None = None,
    record_url: str | None = None,
) -> Card:
    """The claims of the part opened, with quotes and menus; `undo` takes the correction just made back."""
    found = proofs(profile)
    wanted = [p for p in found if opened.part in {ALL, p.place}] or list(found)
    shown = wanted[:_CLAIMS]
    blocks: list[Block] = [header(clip(f"Evidence · {title(profile)}", 150))]
    blocks += _notice(notice, undo)
    blocks.append(context(*filter(None, (_about(profile, found, now), unread(profile.persona), _HOW))))
    blocks += _links(record_url)
    blocks += _filter(found, opened)
    blocks += _fitting(shown)
    if len(shown) < len(wanted):
        blocks.append(context(f"…and {count(len(wanted) - len(shown), 'more claim')}: choose a part above."))
    return build_card(_text(profile, shown, notice), blocks)


def corrected(kind: CorrectionKind, claim_text: str) -> str:
    """What was done to a claim, in a sentence."""
    return f"“{line(claim_text, 200)}” is {_DONE[kind]}. The card and its next version follow."


def gone() -> str:
    """The claim isn't there any more."""
    return _GONE


def taken_back() -> str:
    """A correction no longer stands."""
    return _TAKEN_BACK


def fix_modal(choice: ClaimChoice, opened: Opened) -> Modal:
    """The frame of the form for a right text."""
    return Modal("Fix a claim", FIX_FORM, submit="Save", close="Back", metadata=write_fix(choice, opened))


def fix_form(claim_text: str) -> Card:
    """The form: the claim as it stands, to be written right."""
    text = PlainTextInput(
        action_id=RIGHT_TEXT, multiline=True, max_length=MAX_CLAIM, initial_value=clip(claim_text, MAX_CLAIM)
    )
    told = "Your text takes the claim's place on every card, marked as corrected by you."
    return build_card(told, [InputBlock("What is right", text, block_id=RIGHT_TEXT), context(told)])


def _notice(notice: str, undo: Correction | None) -> Iterator[Block]:
    if not notice:
        return
    told = PlainText(clip(notice, 1_000))
    if undo is None:
        yield SectionBlock(told)
        return
    back = Button(
        text=PlainText("Undo"),
        action_id="undo:0",
        value=write_undo(undo.key),
        accessibility_label="Take this correction back",
    )
    yield SectionBlock(told, accessory=back)


def _about(profile: Profile, found: Sequence[Proof], now: datetime) -> str:
    if profile.persona is None or not found:
        return _NONE
    quotes = len({quote.number for proof in found for quote in proof.quotes})
    written = age(profile.persona.written_at, now=now)
    return f"{count(len(found), 'claim')} from {count(quotes, 'piece')} of evidence · persona {written}"


def _links(record_url: str | None) -> Iterator[Block]:
    if record_url:
        yield RichTextBlock(RichTextSection([RichTextLink(url=record_url, text="Open the contact in the CRM")]))


def _filter(found: Sequence[Proof], opened: Opened) -> Iterator[Block]:
    """The select of a part, when there are several."""
    parts = {proof.place: proof.group for proof in found}
    if len(parts) < 2:
        return
    options = [Option(PlainText("All claims"), ALL), *(Option(PlainText(told), place) for place, told in parts.items())]
    chosen = next((option for option in options if option.value == opened.part), options[0])
    select = StaticSelectMenu(PART_ACTION, options, placeholder=PlainText("Part"), initial_option=chosen)
    yield ActionsBlock([select], block_id="part")


def _fitting(shown: Sequence[Proof]) -> list[Block]:
    """The claims in as much detail as a modal holds."""
    blocks: list[Block] = []
    for quotes, characters in _DETAILS:
        blocks = [block for number, proof in enumerate(shown) for block in _claim(proof, number, quotes, characters)]
        if len(json.dumps([resolve(block) for block in blocks])) <= _LARGEST:
            break
    return blocks


def _claim(proof: Proof, number: int, quotes: int, characters: int) -> Iterator[Block]:
    why = f" · {proof.claim.why}" if proof.claim.why else ""
    said = f"{mrkdwn(proof.group)}: *{mrkdwn(proof.claim.text)}*\n_{mrkdwn(proof.claim.confidence + why)}_"
    options = [
        Option(PlainText(label), write_claim(ClaimChoice(proof.place, digest(proof.text), kind)))
        for kind, label in _KINDS.items()
    ]
    yield SectionBlock(
        Markdown(clip_mrkdwn(said, _CLAIM + 400), verbatim=True), accessory=OverflowMenu(f"claim:{number}", options)
    )
    parts: list[RichTextSection | RichTextQuote] = []
    for quote in proof.quotes[:quotes]:
        parts.append(RichTextSection(RichText(f"{quote.mark} {quote.source}")))
        parts.append(RichTextQuote(RichText(clip(quote.text, characters))))
    if len(proof.quotes) > quotes:
        parts.append(RichTextSection(RichText(f"…and {count(len(proof.quotes) - quotes, 'more quote')}", italic=True)))
    parts += [RichTextSection(RichText(contrary)) for contrary in proof.against]
    yield RichTextBlock([*parts])


def _text(profile: Profile, shown: Sequence[Proof], notice: str) -> str:
    """What a screen reader says where blocks aren't shown: claims and the first quote of each."""
    said = [f"Evidence, {title(profile)}", notice]
    for proof in shown[:_SPOKEN]:
        quote = proof.quotes[0]
        said.append(f"{proof.claim.text.rstrip('.')}, {proof.claim.level} confidence: “{quote.text}” ({quote.source})")
        said.extend(proof.against)
    said.append("" if shown else _NONE)
    return " ".join(mrkdwn(sentence(text)) for text in said if text)
