"""Claims that rest on quotes: per facet the remarks that say most, grouped where they repeat, each citing its words."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from persona.frames import frames_of
from persona.model import Citation, DraftClaim, Facet
from persona.turns_of_phrase import turn_of_phrase
from persona.writers.rules.phrasing import phrase
from persona.writers.rules.remarks import Remark
from persona.writers.rules.requests import find_order, is_wish
from persona.writers.rules.retelling import retell
from persona.writers.rules.themes import find_theme

QUOTE_FACETS: Final = (
    Facet.PAIN_POINTS,
    Facet.BUYING_MOTIVATIONS,
    Facet.LIKELY_OBJECTIONS,
    Facet.DECISION_PATTERN,
    Facet.BUYING_BEHAVIOUR,
)
_THRESHOLD: Final = 1.4
_SECOND_HOME: Final = 0.35
_FACETS_PER_REMARK: Final = 3
_USES: Final = 2
_SHARING: Final = (
    Facet.PAIN_POINTS,
    Facet.BUYING_MOTIVATIONS,
    Facet.LIKELY_OBJECTIONS,
    Facet.DECISION_PATTERN,
    Facet.AVOID,
    Facet.BUYING_BEHAVIOUR,
    Facet.RECOMMENDED_APPROACH,
    Facet.COMMUNICATION_STYLE,
    Facet.ENGAGEMENT_PATTERN,
)
"""Who takes a quote first; advice has its own word to add, an example of style the least."""
_CITATIONS: Final = 3
_FEWEST_WORDS: Final = 4
_FEWEST_SUBJECT: Final = 2
_OF_ONES_OWN: Final = (Facet.PAIN_POINTS, Facet.BUYING_MOTIVATIONS)


@dataclass(slots=True)
class Group:
    """Remarks that say the same thing for a facet; the first is the strongest."""

    facet: Facet
    remarks: list[Remark] = field(default_factory=list)

    @property
    def lead(self) -> Remark:
        """The remark the claim is phrased from."""
        return self.remarks[0]


def group_remarks(remarks: Sequence[Remark], *, limit: int) -> dict[Facet, list[Group]]:
    """Per quote facet at most `limit` groups, strongest first; a remark serves at most two facets."""
    found: dict[Facet, list[Group]] = {facet: [] for facet in QUOTE_FACETS}
    homes: dict[int, int] = {}
    for score, facet, remark in _by_strength(remarks):
        if homes.get(id(remark), 0) >= _FACETS_PER_REMARK or score < _SECOND_HOME * _best(remark):
            continue
        group = next((g for g in found[facet] if _repeats(g, remark)), None)
        if group is None and len(found[facet]) < limit:
            group = Group(facet)
            found[facet].append(group)
        if group is not None and len(group.remarks) < _CITATIONS:
            group.remarks.append(remark)
            homes[id(remark)] = homes.get(id(remark), 0) + 1
    return found


def write_claims(groups: Mapping[Facet, Sequence[Group]]) -> dict[Facet, tuple[DraftClaim, ...]]:
    """Per facet one claim a group, citing every remark of it; no two are told in the same words."""
    told: set[int] = set()
    claims: dict[Facet, tuple[DraftClaim, ...]] = {}
    for facet, found in groups.items():
        claims[facet] = tuple(
            DraftClaim(text=phrase(g.lead, facet, again=id(g.lead) in told), citations=cite(g.remarks)) for g in found
        )
        told.update(id(g.lead) for g in found)
    return claims


def use_sparingly(
    facets: Mapping[Facet, tuple[DraftClaim, ...]], *, keep: Sequence[DraftClaim] = ()
) -> dict[Facet, tuple[DraftClaim, ...]]:
    """The claims without those whose every quote two others have used; those to keep or with a figure may stay."""
    uses: Counter[Citation] = Counter()
    kept: dict[Facet, tuple[DraftClaim, ...]] = {}
    for facet in sorted(facets, key=_SHARING.index):
        fresh = []
        for claim in facets[facet]:
            quotes = [citation for citation in claim.citations if citation.quote]
            may_stay = claim in keep or len(quotes) < len(claim.citations)
            if quotes and not may_stay and all(uses[quote] >= _USES for quote in quotes):
                continue
            uses.update(quotes)
            fresh.append(claim)
        kept[facet] = tuple(fresh)
    return kept


def cite(remarks: Iterable[Remark]) -> tuple[Citation, ...]:
    """A citation of each remark's own words."""
    return tuple(Citation(ref=remark.passage.ref, quote=remark.text) for remark in remarks)


def _by_strength(remarks: Sequence[Remark]) -> list[tuple[float, Facet, Remark]]:
    scored = [
        (remark.scores.get(facet, 0.0), facet, remark)
        for remark in remarks
        for facet in QUOTE_FACETS
        if remark.scores.get(facet, 0.0) >= _THRESHOLD and facet in remark.plain_for and suits(remark, facet)
    ]
    return sorted(scored, key=lambda entry: -entry[0])


def suits(remark: Remark, facet: Facet) -> bool:
    """Whether it is whole enough and may be told of the facet; a request is no pain, wish or rule of deciding."""
    bare = len(remark.text.split()) < _FEWEST_WORDS or len(remark.words) < _FEWEST_SUBJECT
    if bare and not remark.text.endswith("?"):
        return False
    if facet in _OF_ONES_OWN and (
        is_wish(remark) or find_order(remark) or (facet is Facet.BUYING_MOTIVATIONS and not _wants(remark))
    ):
        return False
    if facet is Facet.BUYING_MOTIVATIONS and "correction" in frames_of(remark.text):
        return False
    if facet is Facet.DECISION_PATTERN and turn_of_phrase("order_first").search(remark.text):
        return False
    return not (facet is Facet.PAIN_POINTS and _tells_who_decides(remark))


def _tells_who_decides(remark: Remark) -> bool:
    """Whether a sentence says more of who decides than of what hurts ("decides alone: 'I do the chaos'")."""
    return remark.scores.get(Facet.DECISION_PATTERN, 0.0) > remark.scores.get(Facet.PAIN_POINTS, 0.0)


def _wants(remark: Remark) -> bool:
    """Whether a wish may be the contact's own: not denied, and no colleague's."""
    if not remark.own and retell(remark) is not None:
        return True
    if not remark.own and turn_of_phrase("a_strangers_wish").match(remark.text):
        return False
    return turn_of_phrase("unwanted").search(remark.text) is None


def _best(remark: Remark) -> float:
    return max(_quote_scores(remark.scores), default=0.0)


def _quote_scores(scores: Mapping[Facet, float]) -> list[float]:
    return [score for facet, score in scores.items() if facet in QUOTE_FACETS]


def _repeats(group: Group, remark: Remark) -> bool:
    """Whether a remark says again what the group says: the same theme, and a word in common."""
    theme, other = find_theme(group.lead.text, group.facet), find_theme(remark.text, group.facet)
    return theme is not None and theme is other and bool(group.lead.words & remark.words)
