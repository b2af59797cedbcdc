"""What to do and what to leave: the contact's own requests first, then what follows from their doubts and habits."""

from collections.abc import Mapping, Sequence
from typing import Final

from persona.frames import frames_of
from persona.model import Citation, DraftClaim, Facet
from persona.turns_of_phrase import is_negated, turn_of_phrase
from persona.writers.rules.claims import Group, cite
from persona.writers.rules.coming import is_dated, is_over
from persona.writers.rules.manner import Metrics, asked_channel, at_usual_hours
from persona.writers.rules.phrasing import answer_to, month_of, quoted
from persona.writers.rules.remarks import Remark
from persona.writers.rules.requests import (
    find_ban,
    find_order,
    is_about_time,
    is_contrast,
    is_no_ban,
    is_refusal,
    is_way,
    is_wish,
)
from persona.writers.rules.themes import find_theme

_MAX: Final = 5
_THRESHOLD: Final = 1.0
_WHEN: Final = "Mind when they can be reached"
_RECENT_DAYS: Final = 60.0
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
    "trust": "Don't repeat what let them down",
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


def write_approach(
    remarks: Sequence[Remark], groups: Groups, metrics: Metrics, *, coming: Sequence[DraftClaim], zone: str | None
) -> tuple[DraftClaim, ...]:
    """What to do: what is `coming`, then by the contact's requests, doubts, way of buying and usual hours."""
    asked = [claim for r in _asked(remarks) if (claim := as_order(r, passed=_is_passed(r, remarks)))]
    answers = [DraftClaim(f"{_opening(g.lead)} {quoted(g.lead)}", cite([g.lead])) for g in _answered(groups)]
    follow = _derived(groups, (Facet.BUYING_BEHAVIOUR, Facet.DECISION_PATTERN), _FOLLOW_UPS)
    hours = at_usual_hours("Reach them", metrics, remarks, zone=zone)
    channel = _channel(remarks, "phone", "Call rather than write")
    return _distinct([*coming, *channel, *asked[:3], *answers, *follow[:2], *([hours] if hours else [])])


def write_avoid(remarks: Sequence[Remark], groups: Groups) -> tuple[DraftClaim, ...]:
    """What to leave: what the contact ruled out, then what their doubts warn of."""
    ruled_out = [claim for r in _own(remarks, Facet.AVOID) if (claim := as_ban(r))]
    return _distinct(
        [
            *ruled_out[:4],
            *_channel(remarks, "email", "Don't phone first"),
            *_derived(_unanswered(groups), (Facet.LIKELY_OBJECTIONS,), _PITFALLS)[:2],
        ]
    )


def _answered(groups: Groups) -> list[Group]:
    """The doubt to open with: the first that is a question, else the first; what has changed is none."""
    doubts = [g for g in groups[Facet.LIKELY_OBJECTIONS] if "correction" not in frames_of(g.lead.text)]
    return [*(g for g in doubts if _asks(g.lead)), *doubts][:1]


def _unanswered(groups: Groups) -> Groups:
    answered = _answered(groups)
    return {facet: [g for g in found if g not in answered] for facet, found in groups.items()}


def _asks(remark: Remark) -> bool:
    return remark.text.rstrip("”\"' ").endswith("?")


def _opening(remark: Remark) -> str:
    return "Open with an answer to" if _asks(remark) else f"{answer_to(remark.text)}:"


def _own(remarks: Sequence[Remark], facet: Facet) -> list[Remark]:
    own = [r for r in remarks if _is_theirs(r) and r.scores.get(facet, 0.0) >= _THRESHOLD]
    return sorted(own, key=lambda r: -r.scores[facet])


def _asked(remarks: Sequence[Remark]) -> list[Remark]:
    """The contact's requests, of these two months first, then strongest first, without those whose day is over.

    A way they want it counts where it is worded as a refusal. What was asked half a year ago was for that day: two of
    it at most, and after what is asked now.
    """
    asked = _own(remarks, Facet.RECOMMENDED_APPROACH)
    ways = [r for r in _own(remarks, Facet.AVOID) if r not in asked and is_way(r)]
    every = sorted((r for r in [*asked, *ways] if not is_over(r)), key=lambda r: r.age_days > _RECENT_DAYS)
    passed = [r for r in every if _is_passed(r, remarks)]
    return [*(r for r in every if r not in passed), *passed[:2]]


def _is_passed(remark: Remark, remarks: Sequence[Remark]) -> bool:
    """Whether a request was for a time that is over: long ago, or in a message that names only days gone by."""
    dated = [r for r in remarks if r.passage.interaction_id == remark.passage.interaction_id and is_dated(r)]
    return remark.is_old or (bool(dated) and all(is_over(r) for r in dated))


def _is_theirs(remark: Remark) -> bool:
    """Whether a request is the contact's: their own words, or our note of what they said."""
    return remark.own or "reported" in frames_of(remark.text)


def as_order(remark: Remark, *, passed: bool = False) -> DraftClaim | None:
    """What the remark asks us to do, as advice, with its month once `passed`; None when it asks for nothing."""
    order = find_order(remark)
    if (order or is_wish(remark)) and (passed or remark.is_old):
        return DraftClaim(f"Do as they asked in {month_of(remark)}: {quoted(remark)}", cite([remark]))
    if order:
        return DraftClaim(order, cite([remark]))
    if is_way(remark):
        return DraftClaim(f"Do it their way: {quoted(remark)}", cite([remark]))
    return DraftClaim(f"Do as they ask: {quoted(remark)}", cite([remark])) if is_wish(remark) else None


def as_ban(remark: Remark) -> DraftClaim | None:
    """What the remark rules out, as advice; None when it rules nothing out."""
    if any(turn_of_phrase(turn).search(remark.text) for turn in ("about_a_third", "told_others")):
        return None
    ban = find_ban(remark)
    passes = turn_of_phrase("for_now").search(remark.text) is not None
    if not (ban or is_refusal(remark)) or (not ban and is_no_ban(remark)) or (passes and remark.is_old):
        return None
    if not ban and is_way(remark):
        return None
    dated = f" of {month_of(remark)}" if remark.is_old and turn_of_phrase("of_the_day").search(remark.text) else ""
    if ban and not dated:
        return DraftClaim(ban, cite([remark]))
    opening = _WHEN if is_about_time(remark) else "Respect their no"
    if not dated and (is_contrast(remark) or (is_wish(remark) and opening != _WHEN)):
        opening = "Do it their way, not otherwise"
    opening += dated
    return DraftClaim(f"{opening}: {quoted(remark)}", cite([remark]))


def _derived(groups: Groups, facets: Sequence[Facet], advice: Mapping[str, str]) -> list[DraftClaim]:
    """Advice that follows from what a claim of another facet is about, on that claim's words."""
    claims: dict[str, DraftClaim] = {}
    for facet in facets:
        for group in groups[facet]:
            theme = find_theme(group.lead.text, facet)
            if theme and theme.key in advice and theme.key not in claims and not is_negated(group.lead.text):
                claims[theme.key] = DraftClaim(f"{advice[theme.key]}: {quoted(group.lead)}", cite([group.lead]))
    return list(claims.values())


def _channel(remarks: Sequence[Remark], channel: str, advice: str) -> list[DraftClaim]:
    """The advice, when the contact asked for just this channel."""
    asked = asked_channel(remarks)
    if asked is None or asked[0] != channel:
        return []
    return [DraftClaim(f"{advice}: {quoted(asked[1])}", cite([asked[1]]))]


def _distinct(claims: Sequence[DraftClaim]) -> tuple[DraftClaim, ...]:
    """At most five claims, each quote used once."""
    seen: set[tuple[Citation, ...]] = set()
    kept = []
    for claim in claims:
        if claim.citations not in seen:
            seen.add(claim.citations)
            kept.append(claim)
    return tuple(kept[:_MAX])
