"""What people said of our claims, and the persona as it stands after that: hidden, freed of evidence, or put right."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from persona.errors import ClaimNotFoundError, CorrectionRefusedError
from persona.grounding.claim_text import MAX_CLAIM, clean
from persona.grounding.confidence import confidence, why
from persona.model import Claim, CorrectionKind, Evidence, Facet, History, Persona, Speaker
from persona.offlimits import instructs_model, is_sensitive
from persona.sameness import same_evidence, same_text, says_same

NAME: Final = "name"
SUMMARY: Final = "summary"
KEY_POINTS: Final = "key_points"
HEAD: Final = (NAME, SUMMARY, KEY_POINTS)
PLACES: Final = (*(facet.value for facet in Facet), *HEAD)
"""Where a persona makes claims."""
EMPTIED: Final = "what stood here was corrected by a colleague"
_MAX_BY: Final = 60
_MAX_KEY_POINTS: Final = 3


@dataclass(frozen=True, slots=True)
class Correction:
    """What one person said of one claim. `evidence` is what the claim rested on; `key` is the store's, 0 before.

    `right_text` is there for RIGHT_TEXT and for nothing else.
    """

    place: str
    claim_text: str
    evidence: tuple[Evidence, ...]
    kind: CorrectionKind
    by: str
    at: datetime
    right_text: str = ""
    key: int = 0

    def __post_init__(self) -> None:
        if self.place not in PLACES:
            raise ValueError(f"no persona has claims under {self.place}")
        if (self.kind is CorrectionKind.RIGHT_TEXT) != bool(self.right_text):
            raise ValueError("a right text belongs to a correction of that kind")

    @property
    def interaction_ids(self) -> frozenset[str]:
        """The interactions the claim was read from."""
        return frozenset(e.interaction_id for e in self.evidence if e.interaction_id)


def make_correction(
    place: str, claim: Claim, *, kind: CorrectionKind, by: str, at: datetime, right_text: str = ""
) -> Correction:
    """The correction of a claim; raises CorrectionRefusedError when the right text can't be shown."""
    text = _right_text(right_text) if kind is CorrectionKind.RIGHT_TEXT else ""
    who = " ".join("".join(c if c.isprintable() else " " for c in by).split())[:_MAX_BY] or "somebody"
    return Correction(place, claim.text, claim.evidence, kind, who, at, text)


def claims_at(persona: Persona, place: str) -> tuple[Claim, ...]:
    """The claims a persona makes at one of PLACES, in the order shown."""
    if place == KEY_POINTS:
        return persona.key_points
    if place in {NAME, SUMMARY}:
        single = persona.name if place == NAME else persona.summary
        return (single,) if single else ()
    return persona.facets.get(Facet(place), ()) if place in PLACES else ()


def find_claim(persona: Persona, place: str, claim: int | str) -> Claim:
    """The claim by its number as shown, from 1, or by its text; raises ClaimNotFoundError."""
    claims = claims_at(persona, place)
    for number, one in enumerate(claims, start=1):
        if claim == number or (isinstance(claim, str) and same_text(one.text, claim)):
            return one
    raise ClaimNotFoundError(place, [one.text for one in claims])


def standing(corrections: Iterable[Correction]) -> list[Correction]:
    """Those that count, oldest first: of several about one claim the latest.

    A right text that was itself corrected later no longer stands, yet what it corrected stays wrong.
    """
    kept: list[Correction] = []
    for correction in sorted(corrections, key=lambda c: (c.at, c.key)):
        kept = [_unless_corrected(c, correction) for c in kept if not _same_target(c, correction)]
        kept.append(correction)
    return kept


def without_other_people(history: History, corrections: Iterable[Correction]) -> History:
    """The history with nothing said in interactions that were found to be another person's. They still count."""
    others = {id_ for c in standing(corrections) if c.kind is CorrectionKind.WRONG_PERSON for id_ in c.interaction_ids}
    if not others:
        return history
    silenced = (
        replace(i, own_words="", body="", subject="") if i.interaction_id in others else i for i in history.interactions
    )
    return replace(history, interactions=tuple(silenced))


def apply_corrections(persona: Persona, corrections: Iterable[Correction], *, now: datetime) -> Persona:
    """The persona as it may be shown: corrected claims and their paraphrases gone, right texts in their place."""
    valid = standing(corrections)
    if not valid:
        return persona
    facets = {facet: claims for facet in Facet if (claims := tuple(_shown(persona, facet.value, valid, (), now)))}
    said = tuple(claim for claims in facets.values() for claim in claims)
    name, summary = (next(_shown(persona, place, valid, said, now), None) for place in (NAME, SUMMARY))
    points = tuple(_shown(persona, KEY_POINTS, valid, said, now))[:_MAX_KEY_POINTS]
    emptied = dict.fromkeys((f for f in persona.facets if f not in facets), EMPTIED)
    used = {e.interaction_id for claim in said for e in claim.evidence} - {None}
    return replace(
        persona,
        facets=facets,
        abstained={f: reason for f, reason in {**persona.abstained, **emptied}.items() if f not in facets},
        name=name,
        summary=summary,
        key_points=points,
        evidence_used=len(used),
    )


def _shown(
    persona: Persona, place: str, valid: Sequence[Correction], said: Sequence[Claim], now: datetime
) -> Iterator[Claim]:
    """The right texts of a place, then its claims that no correction hides, freed of evidence that doesn't count."""
    pinned = [_pin(c, now) for c in valid if c.place == place and c.right_text]
    yield from pinned
    for claim in claims_at(persona, place):
        if any(says_same(claim.text, pin.text) for pin in pinned):
            continue
        left = _after(claim, place, valid, said, now)
        if left is not None:
            yield left


def _after(claim: Claim, place: str, valid: Sequence[Correction], said: Sequence[Claim], now: datetime) -> Claim | None:
    """What is left of a claim. In the head a claim that a facet still makes stays, also on a corrected quote."""
    repeated = any(same_text(claim.text, other.text) for other in said)
    evidence, against = claim.evidence, claim.against
    for correction in valid:
        if _denies(correction, claim, place):
            return None
        others = correction.kind is CorrectionKind.WRONG_PERSON
        lost = [e for e in evidence if _discounts(correction, e, place)] if others or not repeated else []
        if lost and ((place in HEAD and not others) or 2 * len(lost) >= len(evidence)):
            return None
        evidence = tuple(e for e in evidence if e not in lost)
        against = tuple(e for e in against if not (others and _discounts(correction, e, place)))
    if (evidence, against) == (claim.evidence, claim.against):
        return claim
    sure, told = confidence(evidence, against=against, now=now), why(evidence, against=against, now=now)
    return replace(claim, evidence=evidence, against=against, confidence=sure, why=told)


def _denies(correction: Correction, claim: Claim, place: str) -> bool:
    """Whether the claim is the one corrected, or says the same."""
    if correction.kind is CorrectionKind.NOT_USEFUL and place not in {correction.place, *HEAD}:
        return False
    if not says_same(claim.text, correction.claim_text):
        return False
    came_true_again = any(e.metric is None and e.occurred_at > correction.at for e in claim.evidence)
    return not (correction.kind is CorrectionKind.OUTDATED and came_true_again)


def _discounts(correction: Correction, evidence: Evidence, place: str) -> bool:
    """Whether a piece of evidence no longer counts at a place."""
    if correction.kind is CorrectionKind.WRONG_PERSON:
        return evidence.interaction_id in correction.interaction_ids
    if correction.kind is CorrectionKind.NOT_USEFUL or place not in {correction.place, *HEAD}:
        return False
    return evidence.occurred_at <= correction.at and any(same_evidence(evidence, e) for e in correction.evidence)


def _pin(correction: Correction, now: datetime) -> Claim:
    said = Evidence(correction.right_text, correction.at, Speaker.CORRECTION, corrected_by=correction.by)
    told = f"corrected by {correction.by}, {correction.at.day} {correction.at:%b %Y}"
    return Claim(correction.right_text, (said,), confidence((said,), now=now), told)


def _same_target(one: Correction, other: Correction) -> bool:
    return one.place == other.place and same_text(one.claim_text, other.claim_text)


def _unless_corrected(earlier: Correction, later: Correction) -> Correction:
    """The earlier correction, without its right text when the later one is about just that."""
    if earlier.place != later.place or not earlier.right_text or not same_text(earlier.right_text, later.claim_text):
        return earlier
    return replace(earlier, kind=CorrectionKind.WRONG, right_text="")


def _right_text(text: str) -> str:
    cleaned = clean(text) if len(text) <= MAX_CLAIM else None
    if cleaned is None:
        raise CorrectionRefusedError(
            f"The right text must be one or two sentences of at most {MAX_CLAIM} characters, without links, addresses,"
            " mentions and mark-up."
        )
    if is_sensitive(cleaned):
        raise CorrectionRefusedError(
            "A persona says nothing of health, religion, politics, union, sexuality, ethnicity or family life."
        )
    if instructs_model(cleaned):
        raise CorrectionRefusedError("The right text must be about the contact; this one gives a model orders.")
    return cleaned
