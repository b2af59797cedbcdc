"""What to do and what to leave: the contact's own requests first, then what follows from their doubts and habits."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from persona.model import Citation, DraftClaim, Facet, Speaker
from persona.writers.rules.claims import Group, cite
from persona.writers.rules.manner import Metrics, part_of_day
from persona.writers.rules.phrasing import quoted, theirs
from persona.writers.rules.remarks import Remark
from persona.writers.rules.themes import find_theme, is_negated

_MAX: Final = 5
_THRESHOLD: Final = 2.0
_CLAUSE_LENGTH: Final = 140
_IMPERATIVE: Final = re.compile(
    r"(?i)^(?:please\s+)?(?P<order>(?:send|call|ring|bring|show|put|include|tell|start|give|come|keep|ask|involve|write|"
    r"email|mail|talk|speak|invite|prepare|add|make|let|loop|copy|share|explain|check|treat|lead)\b.+)$"
)
_DONT: Final = re.compile(
    r"(?i)(?:^|[,;:.–—]\s*|\b(?:and|but|so|please)\s+)(?:please\s+)?"
    r"(?P<order>(?:do\s?n['’]?t|do not|never|stop|no more|please no)\s+\w[^,;.!?]*)"
)
_YOU: Final = re.compile(r"(?i)\b(?:you|your|yours|u)\b")
_SMILEY: Final = re.compile(r"\s*[:;]-?[)(DP]\s*$")
_FOLLOW_UPS: Final = {
    "trial": "Offer a small, bounded trial",
    "references": "Bring a customer like them",
    "stages": "Offer it in steps",
    "verification": "Give them what they can check themselves",
    "writing": "Put it in writing",
    "procurement": "Ask for the purchasing rules before quoting",
    "comparison": "Say plainly how we differ from the others",
    "security": "Bring IT and security in early",
    "approval": "Give them what convinces whoever signs",
    "integration": "Bring someone technical",
    "price": "Say what it saves before what it costs",
}
_PITFALLS: Final = {
    "trust": "Don't promise what can't be shown",
    "price": "Don't open with the price",
    "migration": "Don't gloss over the move of their data",
    "adoption": "Don't assume that people will use it",
    "timing": "Don't press for an earlier date",
    "security": "Don't leave security for later",
    "integration": "Don't call it integrated before it is shown",
    "reporting": "Don't oversell the reporting",
    "fit": "Don't claim to cover every case",
    "approval": "Don't go round whoever approves",
    "fairness": "Don't brush the fairness question aside",
    "contract": "Don't push standard terms",
    "support": "Don't leave open who helps when it breaks",
    "errors": "Don't skip over what happens when it fails",
    "visibility": "Don't be vague about who sees what",
    "people": "Don't present it as a substitute for people",
}

Groups = Mapping[Facet, Sequence[Group]]


def write_approach(remarks: Sequence[Remark], groups: Groups, metrics: Metrics) -> tuple[DraftClaim, ...]:
    """What to do, each on the contact's request, doubt, way of buying or usual hours."""
    asked = [claim for r in _asked(remarks, Facet.RECOMMENDED_APPROACH) if (claim := _as_order(r))]
    answers = [
        DraftClaim(f"Open with an answer to {quoted(g.lead)}", cite([g.lead]))
        for g in groups[Facet.LIKELY_OBJECTIONS][:1]
    ]
    follow = _derived(groups, (Facet.BUYING_BEHAVIOUR, Facet.DECISION_PATTERN, Facet.LIKELY_OBJECTIONS), _FOLLOW_UPS)
    return _distinct([*asked[:2], *answers, *follow[:2], *_when(metrics)])


def write_avoid(remarks: Sequence[Remark], groups: Groups) -> tuple[DraftClaim, ...]:
    """What to leave: what the contact ruled out, then what their doubts warn of."""
    ruled_out = [claim for r in _asked(remarks, Facet.AVOID) if (claim := _as_ban(r))]
    return _distinct([*ruled_out[:3], *_derived(groups, (Facet.LIKELY_OBJECTIONS,), _PITFALLS)[:2]])


def _asked(remarks: Sequence[Remark], facet: Facet) -> list[Remark]:
    own = [r for r in remarks if r.passage.speaker is Speaker.CONTACT and r.scores.get(facet, 0.0) >= _THRESHOLD]
    return sorted(own, key=lambda r: -r.scores[facet])


def _as_order(remark: Remark) -> DraftClaim | None:
    """ "Send me one page" becomes "Send them one page"; any other request is quoted."""
    text = _SMILEY.sub("", " ".join(remark.text.split())).rstrip(" .")
    order = _IMPERATIVE.match(text)
    if order and len(text) <= _CLAUSE_LENGTH and not _YOU.search(text) and "?" not in text:
        said = theirs(order["order"])
        return DraftClaim(said[:1].upper() + said[1:], cite([remark]))
    if is_negated(text) or not re.search(
        r"(?i)\b(?:please|send|bring|show|bitte|merci|por favor|need|believe|tell|call)\b", text
    ):
        return None
    return DraftClaim(f"Do as they ask: {quoted(remark)}", cite([remark]))


def _as_ban(remark: Remark) -> DraftClaim | None:
    if not is_negated(remark.text) and not re.search(r"(?i)\b(?:stop|hate|avoid|rather)\b", remark.text):
        return None
    ban = _DONT.search(" ".join(remark.text.split()))
    if ban and not _YOU.search(ban["order"]):
        said = re.sub(r"(?i)^do\s?n['’]?t", "Don't", theirs(_SMILEY.sub("", ban["order"]).strip()))
        return DraftClaim(said[:1].upper() + said[1:], cite([remark]))
    return DraftClaim(f"They ruled it out: {quoted(remark)}", cite([remark]))


def _derived(groups: Groups, facets: Sequence[Facet], advice: Mapping[str, str]) -> list[DraftClaim]:
    """Advice that follows from what a claim of another facet is about, on that claim's words."""
    claims: dict[str, DraftClaim] = {}
    for facet in facets:
        for group in groups[facet]:
            theme = find_theme(group.lead.text, facet)
            if theme and theme.key in advice and theme.key not in claims:
                claims[theme.key] = DraftClaim(f"{advice[theme.key]}: {quoted(group.lead)}", cite([group.lead]))
    return list(claims.values())


def _when(metrics: Metrics) -> list[DraftClaim]:
    usual = metrics.get("usual_hours")
    if usual is None or not usual.enough:
        return []
    text = f"Reach them {part_of_day(str(usual.value))}, {usual.value}, when they are most often active"
    return [DraftClaim(text, (Citation(metric=usual.name),))]


def _distinct(claims: Sequence[DraftClaim]) -> tuple[DraftClaim, ...]:
    """At most five claims, each quote used once."""
    seen: set[tuple[Citation, ...]] = set()
    kept = []
    for claim in claims:
        if claim.citations not in seen:
            seen.add(claim.citations)
            kept.append(claim)
    return tuple(kept[:_MAX])
