"""The contact at a glance: a name for how they buy, two sentences, and what to know before the call."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from persona.model import Brief, Citation, DraftClaim, Facet
from persona.turns_of_phrase import is_negated
from persona.writers.rules.claims import Group, cite
from persona.writers.rules.coming import is_next_step
from persona.writers.rules.phrasing import PLAIN_LABELS
from persona.writers.rules.themes import find_theme

_QUICK_HOURS: Final = 9.0
_NOUNS: Final = (
    (r"(?i)\b(?:cfo|finance|financial|controller|treasur\w*|accounting)\b", "budget holder"),
    (r"(?i)\b(?:ceo|founder|owner|president|managing director|geschäftsführ\w*|gérant\w*|gerente general)\b", "owner"),
    (r"(?i)\b(?:procurement|purchasing|buyer|einkauf\w*|achats|compras)\b", "purchaser"),
)
_TECHNICAL: Final = (
    r"(?i)\b(?:engineer\w*|developer|architect|it|cio|cto|devops|sre|reliability|security|technical|technology)\b"
)
_ADJECTIVES: Final = {
    "trial": "hands-on",
    "references": "proof-seeking",
    "trust": "proof-seeking",
    "verification": "exacting",
    "writing": "exacting",
    "fit": "exacting",
    "comparison": "comparing",
    "stages": "step-by-step",
    "procurement": "by-the-book",
    "compliance": "by-the-book",
    "price": "cost-conscious",
    "security": "security-minded",
    "migration": "careful",
    "support": "careful",
    "errors": "careful",
    "timing": "deadline-driven",
    "adoption": "user-minded",
    "integration": "system-minded",
    "reporting": "figure-minded",
    "fairness": "fair-minded",
    "people": "team-minded",
    "visibility": "overview-seeking",
    "speed": "fast-moving",
}
_ORDER: Final = (Facet.BUYING_BEHAVIOUR, Facet.LIKELY_OBJECTIONS, Facet.BUYING_MOTIVATIONS)
_OPENINGS: Final = (
    ("What hurts", (Facet.PAIN_POINTS,)),
    ("What they want", (Facet.BUYING_MOTIVATIONS,)),
    ("What to answer first", (Facet.LIKELY_OBJECTIONS,)),
    ("How it gets decided", (Facet.DECISION_PATTERN, Facet.BUYING_BEHAVIOUR)),
)
_SUMMARY_LENGTH: Final = 235

Groups = Mapping[Facet, Sequence[Group]]
Claims = Mapping[Facet, tuple[DraftClaim, ...]]


def write_name(brief: Brief, groups: Groups) -> DraftClaim | None:
    """A name such as "The careful champion": how they buy, by their own words, and what they are to the deal."""
    trait = _trait(groups)
    if trait is None:
        return _quick_name(brief, groups)
    adjective, group = trait
    return DraftClaim(f"The {adjective} {_noun(brief, groups)}", cite(group.remarks[:2]))


def write_summary(claims: Claims, *, first_name: str) -> DraftClaim | None:
    """Two sentences at most: what hurts or what they want, then what stands in the way or who decides.

    Without a `first_name` the claims are told as they stand: not everybody's go on after a name.
    """
    told: list[DraftClaim] = []
    text = ""
    for opening, facets in _OPENINGS:
        lead = next((claims[facet][0] for facet in facets if claims.get(facet)), None)
        sentence = f"{_sentence(opening, lead.text, first_name)}." if lead else ""
        new = lead is not None and not any(set(lead.citations) & set(other.citations) for other in told)
        if lead and new and len(told) < 2 and len(text) + len(sentence) < _SUMMARY_LENGTH:
            told.append(lead)
            text = f"{text} {sentence}".strip()
    return DraftClaim(text, tuple(dict.fromkeys(c for claim in told for c in claim.citations))) if told else None


def write_key_points(claims: Claims) -> tuple[DraftClaim, ...]:
    """Up to three claims to know before the call: what is coming, the main doubt, how to approach them, who decides."""
    order = (
        Facet.LIKELY_OBJECTIONS,
        Facet.RECOMMENDED_APPROACH,
        Facet.DECISION_PATTERN,
        Facet.PAIN_POINTS,
        Facet.AVOID,
        Facet.ENGAGEMENT_PATTERN,
    )
    chosen = [claim for claim in claims.get(Facet.RECOMMENDED_APPROACH, ())[:1] if is_next_step(claim.text)]
    for facet in order:
        taken = {citation for claim in chosen for citation in claim.citations}
        fresh = next((claim for claim in claims.get(facet, ()) if not taken & set(claim.citations)), None)
        if fresh and len(chosen) < 3:
            chosen.append(fresh)
    return tuple(chosen)


def _trait(groups: Groups) -> tuple[str, Group] | None:
    """The first trait that the contact's own words show."""
    for facet in _ORDER:
        for group in groups.get(facet, ()):
            theme = find_theme(group.lead.text, facet)
            if theme and theme.key in _ADJECTIVES and group.lead.own and not is_negated(group.lead.text):
                return _ADJECTIVES[theme.key], group
    return None


def _quick_name(brief: Brief, groups: Groups) -> DraftClaim | None:
    metric = brief.insights.metrics.get("response_time_median")
    if metric is None or not isinstance(metric.value, float | int) or metric.value > _QUICK_HOURS:
        return None
    return DraftClaim(f"The quick {_noun(brief, groups)}", (Citation(metric=metric.name),))


def _noun(brief: Brief, groups: Groups) -> str:
    """By title where it says who pays; a champion is one who brings others to decide; else by title, or a buyer."""
    title = brief.role.title or ""
    noun = next((noun for pattern, noun in _NOUNS if re.search(pattern, title)), None)
    if noun:
        return noun
    if any(_others_decide(group) for group in groups.get(Facet.DECISION_PATTERN, ())):
        return "champion"
    return "technical evaluator" if re.search(_TECHNICAL, title) else "buyer"


def _others_decide(group: Group) -> bool:
    theme = find_theme(group.lead.text, group.facet)
    return theme is not None and theme.key == "approval"


def _sentence(opening: str, claim: str, first_name: str) -> str:
    """ "Jane wants ..." for a claim that tells, "What hurts: work done by hand, “...”" for one that quotes."""
    if not first_name:
        return f"{opening}: {claim.rstrip('.')}"
    label, quotes, quote = claim.partition(": “")
    if not quotes:
        return f"{first_name} {_inside(claim)}"
    subject = "" if label in PLAIN_LABELS else f"{_inside(label)}, "
    return f"{opening}: {subject}“{quote}"


def _inside(text: str) -> str:
    """A claim inside a sentence: its first letter small unless it begins an acronym."""
    first = next(iter(text.split()), "")
    return text[:1].lower() + text[1:] if first[1:].islower() else text
