"""Checks every claim of a draft against what is stored: what can't be traced to a quote isn't shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from persona.grounding.claim_text import clean
from persona.grounding.confidence import confidence, why
from persona.grounding.facts import Facts
from persona.grounding.merging import MAX_EVIDENCE, merge_alike
from persona.grounding.misreading import misreads
from persona.grounding.quotes import QuoteFinder
from persona.grounding.support import Similarity, contradicts, overlap, speaks_of
from persona.model import Brief, Citation, Claim, Draft, DraftClaim, Evidence, Facet, History
from persona.offlimits import instructs_model, is_sensitive

UNTRACEABLE: Final = "nothing that could be traced to a quote"
MAX_CLAIMS: Final = 5
KEY_POINTS: Final = 3
_MAX_NAME: Final = 60
_MAX_REASON: Final = 200


@dataclass(frozen=True, slots=True)
class CheckedDraft:
    """What survived. `reasons` are codes for logs ("pain_points:quote_not_found"), never text of the CRM or a model."""

    facets: Mapping[Facet, tuple[Claim, ...]]
    abstained: Mapping[Facet, str]
    name: Claim | None
    summary: Claim | None
    key_points: tuple[Claim, ...]
    dropped: int
    reasons: tuple[str, ...]


def check_draft(
    draft: Draft, brief: Brief, history: History, *, now: datetime, similarity: Similarity | None = None
) -> CheckedDraft:
    """The claims whose evidence holds, each with stored quotes and a computed confidence.

    A claim stays only with a quote found verbatim in the cited interaction's own words (the contact's mail or our
    note, known at `now`) or a metric that is enough; the quote must speak of it, not say the opposite, and hold its
    numbers, dates and names. Every facet ends in exactly one of `facets` and `abstained`.
    """
    check = _Check(brief, QuoteFinder(brief, history, now=now), similarity)
    facets = {
        facet: claims for facet in Facet if (claims := _weigh(check.claims(draft.facets.get(facet, ()), facet), now))
    }
    name = check.claim(draft.name, "name", limit=_MAX_NAME) if draft.name else None
    summary = check.claim(draft.summary, "summary") if draft.summary else None
    points = merge_alike(check.kept(draft.key_points, "key_points"))[:KEY_POINTS]
    return CheckedDraft(
        facets=facets,
        abstained={f: _reason(draft, f) for f in Facet if f not in facets},
        name=_weigh([name], now)[0] if name else None,
        summary=_weigh([summary], now)[0] if summary else None,
        key_points=_weigh(points, now),
        dropped=check.dropped,
        reasons=tuple(check.reasons),
    )


class _Check:
    """One draft being checked: counts what falls and remembers why, in codes."""

    def __init__(self, brief: Brief, quotes: QuoteFinder, similarity: Similarity | None) -> None:
        self._brief, self._quotes, self._similarity = brief, quotes, similarity
        self._many = min(MAX_EVIDENCE, max(2, len(brief.all_passages) // 2))
        self.dropped = 0
        self.reasons: list[str] = []

    def claims(self, drafts: Iterable[DraftClaim], facet: Facet) -> list[Claim]:
        """A facet's surviving claims, the best supported first come first kept."""
        return merge_alike(self.kept(drafts, facet.value, facet))[:MAX_CLAIMS]

    def kept(self, drafts: Iterable[DraftClaim], place: str, facet: Facet | None = None) -> list[Claim]:
        """The drafts that hold, in order, not yet weighed."""
        return [claim for draft in drafts if (claim := self.claim(draft, place, facet=facet))]

    def claim(self, draft: DraftClaim, place: str, *, facet: Facet | None = None, limit: int = 240) -> Claim | None:
        """The claim with its evidence, or None, counted as dropped."""
        text = clean(draft.text, limit=limit) or ""
        evidence = self._evidence(text, draft.citations, place, facet) if text else ()
        fault = self._fault(text, evidence, place)
        if fault:
            self.dropped += 1
            self.reasons.append(f"{place}:{fault}")
            return None
        return Claim(text=text, evidence=evidence, confidence=0.0)

    def _fault(self, text: str, evidence: tuple[Evidence, ...], place: str) -> str | None:
        if not text:
            return "unfit_text"
        if is_sensitive(text) or instructs_model(text):
            return "off_limits"
        if not evidence:
            return "no_evidence"
        facts = self._facts(evidence)
        return facts.missing_from_title(text) if place == "name" else facts.missing_from(text)

    def _evidence(
        self, text: str, citations: tuple[Citation, ...], place: str, facet: Facet | None
    ) -> tuple[Evidence, ...]:
        """The citations that hold, newest first; of a claim that cites too much only the four that say most of it."""
        found: list[Evidence] = []
        for citation in citations:
            evidence = self._quotes.find(citation)
            code = evidence if isinstance(evidence, str) else self._objection(text, evidence, place, facet)
            if code:
                self.reasons.append(f"{place}:{code}")
            elif isinstance(evidence, Evidence):
                found.append(evidence)
        unique = list(dict.fromkeys(found))
        if len(citations) > self._many:
            unique = [e for e in sorted(unique, key=lambda e: -overlap(text, e)) if overlap(text, e) > 0][:MAX_EVIDENCE]
        return tuple(sorted(unique, key=lambda e: e.occurred_at, reverse=True))

    def _objection(self, text: str, evidence: Evidence, place: str, facet: Facet | None) -> str | None:
        metrics = self._brief.insights.metrics
        misread = evidence.metric is not None and misreads(text, metrics[evidence.metric])
        if misread or contradicts(text, evidence, facet):
            return "says_the_opposite"
        if place != "name" and not speaks_of(text, evidence, similarity=self._similarity):
            return "speaks_of_something_else"
        return None

    def _facts(self, evidence: tuple[Evidence, ...]) -> Facts:
        metrics = self._brief.insights.metrics
        return Facts(evidence, self._brief.contact, [metrics[e.metric] for e in evidence if e.metric])


def _weigh(claims: list[Claim], now: datetime) -> tuple[Claim, ...]:
    """The claims with confidence and why; quotes of their neighbours that say the opposite count against them."""
    quotes = {e.interaction_id: e for claim in claims for e in claim.evidence if e.metric is None}
    weighed = []
    for claim in claims:
        own = {e.interaction_id for e in claim.evidence}
        against = sum(contradicts(claim.text, e, None) for i, e in quotes.items() if i not in own)
        sure = confidence(claim.evidence, against=against, now=now)
        weighed.append(replace(claim, confidence=sure, why=why(claim.evidence, against=against, now=now)))
    return tuple(weighed)


def _reason(draft: Draft, facet: Facet) -> str:
    """Why a facet is empty: the writer's reason when it had nothing to say, ours when nothing it said held."""
    given = clean(draft.abstained.get(facet, ""), limit=_MAX_REASON)
    if draft.facets.get(facet) or given is None or is_sensitive(given) or instructs_model(given):
        return UNTRACEABLE
    return given
