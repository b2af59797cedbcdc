"""Checks every claim of a draft against what is stored: what can't be traced to a quote isn't shown."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from persona.grounding.claim_text import clean
from persona.grounding.confidence import confidence, why
from persona.grounding.facts import Facts
from persona.grounding.fragments import spanned
from persona.grounding.later import Record
from persona.grounding.merging import MAX_EVIDENCE, merge_alike
from persona.grounding.misreading import misreads
from persona.grounding.novelty import says_more, unquoted
from persona.grounding.quotes import QuoteFinder
from persona.grounding.stance import generalises, overstates
from persona.grounding.support import contradicts, figure_words, overlap
from persona.grounding.voices import names_unknown_people, told_of_another
from persona.model import Brief, Citation, Claim, Draft, DraftClaim, Evidence, Facet, History
from persona.offlimits import instructs_model, is_sensitive

Restate = Callable[[DraftClaim, Facet, Brief], DraftClaim | None]
"""Tells a claim again in the words of its quote, or not at all."""
OURS: Final = "rules"
"""The writer that is code: the headings it puts before a quotation are chosen, not made up."""
UNTRACEABLE: Final = "nothing that could be traced to a quote"
MAX_CLAIMS: Final = 5
KEY_POINTS: Final = 3
_MAX_NAME: Final = 60
_FEW: Final = 3
_NEARLY_ALL: Final = 0.75
"""A claim that cites over three passages and over this share of all rests on nothing in particular."""
_MAX_REASON: Final = 200
_OF_FIGURES: Final = "hours days weeks minutes mails short formal quiet quieter best reached usual unanswered leaves"
_UNFIT: Final = frozenset({"unfit_text", "off_limits"})
_ADVICE: Final = frozenset({Facet.RECOMMENDED_APPROACH, Facet.AVOID})


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
    draft: Draft, brief: Brief, history: History, *, now: datetime, restate: Restate | None = None
) -> CheckedDraft:
    """The claims whose evidence holds, each with stored quotes and a computed confidence.

    A claim stays only with a quote found verbatim in the cited interaction's own words (the contact's mail or our
    note, known at `now`) or a metric that is enough; the quote must speak of it, not say the opposite, and hold its
    numbers, dates and names. A claim of a facet that falls for its phrasing is dropped, and what `restate` makes of its
    quote is checked in its place. Every facet ends in exactly one of `facets` and `abstained`.
    """
    check = _Check(brief, QuoteFinder(brief, history, now=now), Record(history, now=now), restate)
    check.ours = draft.written_by.writer == OURS
    facets = {
        facet: claims
        for facet in Facet
        if (claims := check.weigh(check.claims(draft.facets.get(facet, ()), facet), now))
    }
    name = check.claim(draft.name, "name", limit=_MAX_NAME) if draft.name else None
    summary = check.claim(draft.summary, "summary") if draft.summary else None
    points = merge_alike(check.kept(draft.key_points, "key_points"))[:KEY_POINTS]
    return CheckedDraft(
        facets=facets,
        abstained={f: _reason(draft, f) for f in Facet if f not in facets},
        name=check.weigh([name], now)[0] if name else None,
        summary=check.weigh([summary], now)[0] if summary else None,
        key_points=check.weigh(points, now),
        dropped=check.dropped,
        reasons=tuple(check.reasons),
    )


class _Check:
    """One draft being checked: counts what falls and remembers why, in codes."""

    def __init__(self, brief: Brief, quotes: QuoteFinder, record: Record, restate: Restate | None) -> None:
        self._brief, self._quotes, self._record, self._restate = brief, quotes, record, restate
        self._many = min(MAX_EVIDENCE, max(2, len(brief.all_passages) // 2))
        self.ours = False
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
        fault = self._fault(text, evidence, place, facet)
        if fault:
            self.dropped += 1
            self.reasons.append(f"{place}:{fault}")
            return self._restated(draft, place, facet) if facet and fault not in _UNFIT else None
        return Claim(text=text, evidence=evidence, confidence=0.0)

    def _restated(self, draft: DraftClaim, place: str, facet: Facet) -> Claim | None:
        """What the rules make of a fallen claim's quote, checked as a claim of theirs."""
        told = self._restate(draft, facet, self._brief) if self._restate and not self.ours else None
        if told is None:
            return None
        self.ours, dropped = True, self.dropped
        claim = self.claim(told, place, facet=facet)
        self.ours, self.dropped = False, dropped
        return claim

    def weigh(self, claims: list[Claim], now: datetime) -> tuple[Claim, ...]:
        """The claims with what stands against them, confidence and why."""
        weighed = []
        for claim in claims:
            against = self._record.against(claim.text, claim.evidence)
            sure = confidence(claim.evidence, against=against, now=now)
            reason = why(claim.evidence, against=against, now=now)
            weighed.append(replace(claim, confidence=sure, why=reason, against=against))
        return tuple(weighed)

    def _fault(self, text: str, evidence: tuple[Evidence, ...], place: str, facet: Facet | None) -> str | None:
        if not text:
            return "unfit_text"
        if is_sensitive(text) or instructs_model(text):
            return "off_limits"
        if not evidence:
            return "no_evidence"
        facts = self._facts(evidence)
        if place == "name":
            return facts.missing_from_title(text)
        return facts.missing_from(text) or self._excess(text, evidence, facet)

    def _excess(self, text: str, evidence: tuple[Evidence, ...], facet: Facet | None) -> str | None:
        """What the claim says beyond its evidence: of all instead of some, of people or matters nobody mentioned."""
        ground = self._ground(evidence)
        if self._heads(text, ground):
            return None
        if generalises(text, ground):
            return "says_it_of_all"
        if names_unknown_people(text, f"{ground} {self._brief.contact.title or ''}"):
            return "person_not_in_evidence"
        told = self._without_record(text)
        nearby = "\n".join([ground, *(self._quotes.nearby(e) for e in evidence)])
        excess = says_more(told, ground, nearby, advice=facet in _ADVICE)
        return "says_more_than_its_evidence" if excess else None

    def _evidence(
        self, text: str, citations: tuple[Citation, ...], place: str, facet: Facet | None
    ) -> tuple[Evidence, ...]:
        """The citations that hold, newest first; of a claim that cites too much only the four that say most of it."""
        found: list[Evidence] = []
        for citation in citations:
            evidence = self._quotes.find(citation, text)
            code = evidence if isinstance(evidence, str) else self._objection(text, evidence, place, facet)
            if code is None and isinstance(evidence, Evidence) and self._record.settles(text, evidence):
                code = "superseded"
            if code:
                self.reasons.append(f"{place}:{code}")
            elif isinstance(evidence, Evidence):
                found.append(evidence)
        unique = list(dict.fromkeys(found))
        if len({citation.ref for citation in citations}) > max(_FEW, _NEARLY_ALL * len(self._brief.all_passages)):
            self.reasons.append(f"{place}:cites_everything")
            return ()
        if len(citations) > self._many:
            unique = [e for e in sorted(unique, key=lambda e: -overlap(text, e)) if overlap(text, e) > 0][:MAX_EVIDENCE]
        return tuple(sorted(unique, key=lambda e: e.occurred_at, reverse=True))

    def _objection(self, text: str, evidence: Evidence, place: str, facet: Facet | None) -> str | None:
        metrics = self._brief.insights.metrics
        if evidence.metric is not None:
            misread = misreads(text, metrics[evidence.metric])
        else:
            misread = self._reverses(text, spanned(self._quotes.sentence(evidence), evidence.quote), facet)
        if misread and not (place == "name" and self.ours):
            return "says_the_opposite"
        if place == "name":
            return None
        if overlap(text, evidence) == 0:
            return "speaks_of_something_else"
        return None if evidence.metric else self._overreach(text, evidence, facet)

    def _reverses(self, text: str, around: str, facet: Facet | None) -> bool:
        if self._heads(text, around):
            return facet not in _ADVICE and contradicts(unquoted(text, around), around, facet)
        return contradicts(text, around, facet)

    def _overreach(self, text: str, evidence: Evidence, facet: Facet | None) -> str | None:
        around = self._quotes.around(evidence)
        if self._heads(text, around):
            return None
        if overstates(text, self._quotes.sentence(evidence), facet):
            return "said_less_firmly"
        if told_of_another(text, around, name=self._brief.contact.name, speaker=evidence.speaker, facet=facet):
            return "said_of_another"
        return None

    def _heads(self, text: str, said: str) -> bool:
        """Whether the claim is a heading of ours over words it quotes."""
        return self.ours and unquoted(text, said) != text

    def _ground(self, evidence: tuple[Evidence, ...]) -> str:
        """All a claim may speak of: the sentences it rests on, their subjects, and what its figures measure."""
        figures = (f"{figure_words(e)} {_OF_FIGURES}" for e in evidence if e.metric)
        return "\n".join([*(self._quotes.around(e) for e in evidence), *(e.subject for e in evidence), *figures])

    def _without_record(self, text: str) -> str:
        """The claim without the contact's own name, title and company, which need no evidence."""
        contact = self._brief.contact
        known = [contact.title, contact.company, *contact.name.split(), *(contact.company or "").split()]
        for part in filter(None, known):
            text = re.sub(rf"(?<!\w){re.escape(part)}(?:['’]s)?(?!\w)", " ", text)
        return text

    def _facts(self, evidence: tuple[Evidence, ...]) -> Facts:
        metrics = self._brief.insights.metrics
        around = "\n".join(self._quotes.around(e) for e in evidence)
        figures = [metrics[e.metric] for e in evidence if e.metric]
        return Facts(evidence, self._brief.contact, figures, around=around)


def _reason(draft: Draft, facet: Facet) -> str:
    """Why a facet is empty: the writer's reason when it had nothing to say, ours when nothing it said held."""
    given = clean(draft.abstained.get(facet, ""), limit=_MAX_REASON)
    if draft.facets.get(facet) or given is None or is_sensitive(given) or instructs_model(given):
        return UNTRACEABLE
    return given
