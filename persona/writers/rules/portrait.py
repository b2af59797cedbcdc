"""The contact at a glance: a name for how they buy, two sentences, and what to know before the call."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from persona.model import Brief, Citation, DraftClaim, Facet
from persona.writers.rules.claims import Group, cite
from persona.writers.rules.themes import find_theme

_QUICK_HOURS: Final = 9.0
_NOUNS: Final = (
    (r"(?i)\b(?:cfo|finance|controller|treasur\w*|accounting)\b", "budget holder"),
    (r"(?i)\b(?:ceo|founder|owner|president|managing director|geschäftsführ\w*|gérant\w*)\b", "owner"),
    (r"(?i)\b(?:procurement|purchasing|buyer|einkauf\w*|achats|compras)\b", "purchaser"),
    (r"(?i)\b(?:engineer\w*|developer|architect|it|cio|cto|devops|sre|technical|technology)\b", "technical evaluator"),
    (r"(?i)\b(?:operations?|plant|logistics|production|facility|supply|warehouse|crew|fleet)\b", "operator"),
    (r"(?i)\b(?:hr|people|staffing|nurs\w*|workforce|resourcing|personnel)\b", "planner"),
    (r"(?i)\b(?:sales|marketing|revenue|commercial)\b", "revenue lead"),
)
_ADJECTIVES: Final = {
    "trial": "hands-on", "references": "proof-seeking", "verification": "exacting", "comparison": "comparing",
    "writing": "exacting", "stages": "step-by-step", "procurement": "by-the-book", "trust": "once-burned",
    "price": "cost-conscious", "security": "security-minded", "integration": "technical", "migration": "careful",
    "adoption": "people-minded", "timing": "deadline-driven", "compliance": "rule-bound", "fit": "exacting",
    "speed": "fast-moving", "fairness": "fair-minded", "support": "careful", "reporting": "figure-minded",
}  # fmt: skip
_ORDER: Final = (Facet.BUYING_BEHAVIOUR, Facet.LIKELY_OBJECTIONS, Facet.BUYING_MOTIVATIONS, Facet.DECISION_PATTERN)

Groups = Mapping[Facet, Sequence[Group]]
Claims = Mapping[Facet, tuple[DraftClaim, ...]]


def write_name(brief: Brief, groups: Groups) -> DraftClaim | None:
    """A name such as "The careful champion": how they buy, by their words, and what they are, by title or deal."""
    trait = _trait(groups)
    if trait is None:
        return _quick_name(brief)
    adjective, group = trait
    return DraftClaim(f"The {adjective} {_noun(brief)}", cite(group.remarks[:2]))


def write_summary(brief: Brief, claims: Claims) -> DraftClaim | None:
    """One or two sentences: what weighs on them or what they want, and what stands in the way or who decides."""
    first = _lead(claims, (Facet.PAIN_POINTS, Facet.BUYING_MOTIVATIONS))
    second = _lead(claims, (Facet.LIKELY_OBJECTIONS, Facet.DECISION_PATTERN, Facet.BUYING_BEHAVIOUR))
    told = [claim for claim in (first, second) if claim]
    if not told:
        return None
    text = ". ".join(claim.text for claim in told)
    return DraftClaim(f"{text}.", tuple(dict.fromkeys(c for claim in told for c in claim.citations)))


def write_key_points(claims: Claims) -> tuple[DraftClaim, ...]:
    """Up to three claims to know before the call: the main doubt, how to approach them, who decides or what hurts."""
    order = (
        Facet.LIKELY_OBJECTIONS,
        Facet.RECOMMENDED_APPROACH,
        Facet.DECISION_PATTERN,
        Facet.PAIN_POINTS,
        Facet.AVOID,
    )
    chosen: list[DraftClaim] = []
    for facet in order:
        taken = {c for claim in chosen for c in claim.citations}
        fresh = next((claim for claim in claims.get(facet, ()) if not taken & set(claim.citations)), None)
        if fresh and len(chosen) < 3:
            chosen.append(fresh)
    return tuple(chosen)


def _trait(groups: Groups) -> tuple[str, Group] | None:
    for facet in _ORDER:
        for group in groups.get(facet, ()):
            theme = find_theme(group.lead.text, facet)
            if theme and theme.key in _ADJECTIVES:
                return _ADJECTIVES[theme.key], group
    return None


def _quick_name(brief: Brief) -> DraftClaim | None:
    metric = brief.insights.metrics.get("response_time_median")
    if metric is None or not isinstance(metric.value, float | int) or metric.value > _QUICK_HOURS:
        return None
    return DraftClaim(f"The quick {_noun(brief)}", (Citation(metric=metric.name),))


def _noun(brief: Brief) -> str:
    title = brief.role.title or ""
    return next((noun for pattern, noun in _NOUNS if re.search(pattern, title)), "buyer")


def _lead(claims: Claims, facets: Sequence[Facet]) -> DraftClaim | None:
    return next((claims[facet][0] for facet in facets if claims.get(facet)), None)
