"""A claim that a model phrased beyond its quote, told again by rules in the words of that quote."""

from collections.abc import Callable, Mapping
from typing import Final

from persona.grounding.quotes import find_span
from persona.model import Brief, Citation, DraftClaim, Facet
from persona.writers.rules.advice import as_ban, as_order
from persona.writers.rules.claims import QUOTE_FACETS, cite, suits
from persona.writers.rules.phrasing import phrase, quoted
from persona.writers.rules.remarks import Remark, remarks_of
from persona.writers.rules.requests import is_refusal, is_way, is_wish

_MANNER: Final = "In their own words"
_ADVICE: Final[Mapping[Facet, Callable[[Remark], DraftClaim | None]]] = {
    Facet.RECOMMENDED_APPROACH: as_order,
    Facet.AVOID: as_ban,
}
_SAID: Final = 1.0
_MOST_CITED: Final = 3
"""A claim that cites more points at nothing."""


def restate(claim: DraftClaim, facet: Facet, brief: Brief) -> DraftClaim | None:
    """The first sentence the claim cites that by its own words says something for the facet, as the rules put it.

    None when there is none: a quote that speaks of something else helps no other phrasing.
    """
    if len(claim.citations) > _MOST_CITED:
        return None
    for citation in claim.citations:
        for remark in _cited(citation, brief):
            told = _tell(remark, facet)
            if told:
                return told
    return None


def _cited(citation: Citation, brief: Brief) -> list[Remark]:
    """The sentences that a citation's quote stands in, or holds."""
    passage = next((p for p in brief.all_passages if p.ref == citation.ref), None)
    span = find_span(citation.quote, passage.text) if passage and citation.quote else None
    if passage is None or span is None:
        return []
    first_name = next(iter(brief.contact.name.split()), "")
    remarks = remarks_of(passage, now=brief.now, first_name=first_name)
    return [r for r in remarks if _overlaps(span, passage.text, r.text)]


def _overlaps(span: tuple[int, int], text: str, sentence: str) -> bool:
    begins = text.find(sentence)
    return begins >= 0 and begins < span[1] and span[0] < begins + len(sentence)


def _tell(remark: Remark, facet: Facet) -> DraftClaim | None:
    if facet in QUOTE_FACETS:
        return DraftClaim(phrase(remark, facet), cite([remark])) if _speaks_for(remark, facet) else None
    return _ADVICE[facet](remark) if facet in _ADVICE else _manner(remark)


def _speaks_for(remark: Remark, facet: Facet) -> bool:
    """Whether its grammar names the facet, or its words say more for it than for any other."""
    if not suits(remark, facet):
        return False
    score = remark.scores.get(facet, 0.0)
    most = max(remark.scores.get(other, 0.0) for other in QUOTE_FACETS)
    return facet in remark.plain_for or (score >= _SAID and score == most)


def _manner(remark: Remark) -> DraftClaim | None:
    """How they want to be dealt with, where they say so themselves."""
    told = remark.own and (is_wish(remark) or is_refusal(remark) or is_way(remark))
    return DraftClaim(f"{_MANNER}: {quoted(remark)}", cite([remark])) if told else None
