"""The evidence tab: each claim with the verbatim quotes it rests on, and why we trust it as much as we do."""

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from slackblocks import Block, RichText, RichTextBlock, RichTextQuote, RichTextSection

from blocks.card import Card, build_card
from blocks.ids import Tab
from blocks.kit import context, header, tabs
from blocks.quotes import Proof, proofs
from blocks.sheet import title, unread
from blocks.text import clip, length, mrkdwn, sentence
from blocks.wording import age, count
from persona.model import Profile

_TEXT_BUDGET = 9_000  # of a card's 10,000; the rest is header, footer and buttons
_CLAIMS_BUDGET = 44  # of a card's 50 blocks
_CLAIM_LABELS = 40  # characters a claim takes beside its texts: dots, level, "…and 5 more quotes"
_QUOTE_LABELS = 8  # and a quote: its mark
_SPOKEN = 12  # quotes a screen reader hears


@dataclass(frozen=True, slots=True)
class _Detail:
    """How much is shown: quotes a claim, characters a quote, and why we trust it as we do."""

    quotes: int
    characters: int
    why: bool = True


# From everything to the least worth showing; the first that fits is taken.
_DETAILS: Final = (
    _Detail(6, 600),
    _Detail(4, 400),
    _Detail(3, 240),
    _Detail(2, 160),
    _Detail(1, 140),
    _Detail(1, 100, why=False),
)


def evidence_card(profile: Profile, *, now: datetime, notice: str = "") -> Card:
    """The evidence tab; what doesn't fit into a Slack message is counted at its end."""
    found = proofs(profile)
    shown, detail = _fit(found)
    about = filter(None, (notice, _about(profile, found, now), unread(profile.persona)))
    blocks = [header(title(profile)), context(*about), *_claims(shown, detail)]
    if len(shown) < len(found):
        blocks.append(context(f"…and {count(len(found) - len(shown), 'more claim')}, in `persona-bot ask --html`."))
    blocks.append(tabs(profile, Tab.EVIDENCE))
    return build_card(_text(profile, shown, notice), blocks)


def _about(profile: Profile, found: Sequence[Proof], now: datetime) -> str:
    if profile.persona is None:
        return "No persona is written yet, so there is no evidence to show. Refresh writes one."
    if not found:
        return "This persona makes no claims, so there is no evidence to show."
    quotes = len({quote.number for proof in found for quote in proof.quotes})
    pieces, made = count(quotes, "piece"), age(profile.persona.written_at, now=now)
    return f"Evidence · {count(len(found), 'claim')} from {pieces} of evidence · persona {made}"


def _fit(found: Sequence[Proof]) -> tuple[Sequence[Proof], _Detail]:
    """The claims shown and in what detail: all of them if some detail allows it, else as many as fit in the least."""
    for detail in _DETAILS:
        if len(found) <= _CLAIMS_BUDGET and sum(_cost(proof, detail) for proof in found) <= _TEXT_BUDGET:
            return found, detail
    least, left = _DETAILS[-1], _TEXT_BUDGET
    kept: set[int] = set()
    for index in _fairly(found)[:_CLAIMS_BUDGET]:
        left -= _cost(found[index], least)
        if left < 0:
            break
        kept.add(index)
    return [proof for index, proof in enumerate(found) if index in kept], least


def _fairly(found: Sequence[Proof]) -> list[int]:
    """Positions of the claims such that every group's first comes before any group's second."""
    seen: Counter[str] = Counter()
    ranks = []
    for index, proof in enumerate(found):
        ranks.append((seen[proof.group], index))
        seen[proof.group] += 1
    return [index for _, index in sorted(ranks)]


def _cost(proof: Proof, detail: _Detail) -> int:
    """Characters a claim takes at most."""
    quotes = proof.quotes[: detail.quotes]
    told = sum(min(length(q.text), detail.characters) + length(q.source) + _QUOTE_LABELS for q in quotes)
    why = length(proof.claim.why) if detail.why else 0
    told += sum(length(contrary) for contrary in proof.against)
    return length(proof.claim.text) + why + len(proof.group) + told + _CLAIM_LABELS


def _claims(shown: Sequence[Proof], detail: _Detail) -> Iterator[Block]:
    quoted: set[int] = set()
    for proof in shown:
        yield _claim(proof, detail, quoted)
        quoted |= {quote.number for quote in proof.quotes[: detail.quotes]}


def _claim(proof: Proof, detail: _Detail, quoted: Set[int]) -> RichTextBlock:
    """A claim with its quotes; those quoted further up are only named."""
    why = f" · {proof.claim.why}" if proof.claim.why and detail.why else ""
    leaves = [RichText(f"{proof.group}: "), RichText(proof.claim.text, bold=True)]
    parts: list[RichTextSection | RichTextQuote] = [
        RichTextSection([*leaves, RichText(f"\n{proof.claim.confidence}{why}", italic=True)])
    ]
    for quote in proof.quotes[: detail.quotes]:
        above = ", quoted above" if quote.number in quoted else ""
        parts.append(RichTextSection(RichText(f"{quote.mark} {quote.source}{above}")))
        if not above:
            parts.append(RichTextQuote(RichText(clip(quote.text, detail.characters))))
    if len(proof.quotes) > detail.quotes:
        more = count(len(proof.quotes) - detail.quotes, "more quote")
        parts.append(RichTextSection(RichText(f"…and {more}", italic=True)))
    parts += [RichTextSection(RichText(contrary)) for contrary in proof.against]
    return RichTextBlock([*parts])


def _text(profile: Profile, shown: Sequence[Proof], notice: str) -> str:
    """What a screen reader says: claims and the first quote of each."""
    said = [f"{title(profile)}, evidence"]
    said += [notice] if notice else []
    for proof in islice(shown, _SPOKEN):
        quote = proof.quotes[0]
        said.append(f"{proof.claim.text.rstrip('.')}, {proof.claim.level} confidence: “{quote.text}” ({quote.source})")
        said.extend(proof.against)
    if not shown:
        said.append("Nothing is claimed, so there is nothing to prove")
    said.append(unread(profile.persona))
    return " ".join(mrkdwn(sentence(text)) for text in said if text)
