"""What changed from one version of a persona to the next, in words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from persona.corrections import Correction, standing
from persona.model import Claim, CorrectionKind, Facet, Persona, Role, Speaker
from persona.sameness import same_claim, same_text

_NOUNS: Final[Mapping[Facet, tuple[str, str]]] = {
    Facet.PAIN_POINTS: ("pain point", "pain points"),
    Facet.BUYING_MOTIVATIONS: ("motivation", "motivations"),
    Facet.LIKELY_OBJECTIONS: ("objection", "objections"),
    Facet.COMMUNICATION_STYLE: ("note on style", "notes on style"),
    Facet.DECISION_PATTERN: ("note on deciding", "notes on deciding"),
    Facet.ENGAGEMENT_PATTERN: ("note on engagement", "notes on engagement"),
    Facet.BUYING_BEHAVIOUR: ("note on buying", "notes on buying"),
    Facet.RECOMMENDED_APPROACH: ("thing to do", "things to do"),
    Facet.AVOID: ("thing to avoid", "things to avoid"),
}
_TOLD: Final = frozenset({Facet.PAIN_POINTS, Facet.BUYING_MOTIVATIONS, Facet.LIKELY_OBJECTIONS})
_SAID_OF: Final[Mapping[CorrectionKind, str]] = {
    CorrectionKind.WRONG: "“{claim}” is wrong",
    CorrectionKind.OUTDATED: "“{claim}” is outdated",
    CorrectionKind.NOT_USEFUL: "“{claim}” is not useful",
    CorrectionKind.WRONG_PERSON: "a claim is about another person",
    CorrectionKind.RIGHT_TEXT: "“{claim}” is now “{right}”",
}
_QUOTED: Final = 90
_INNER: Final = str.maketrans("“”", "‘’")


def describe_changes(before: Persona, after: Persona, corrections: Sequence[Correction]) -> tuple[str, ...]:
    """The differences in words, claims matched by meaning: "+ 2 objections", "- 1 pain point", "role changed: ...".

    `corrections` are those made between the two; a claim that went or came by one is told as that, and not counted.
    """
    counted = (told for facet in Facet for told in _facet_changes(facet, before, after, corrections))
    said = (f"corrected by {c.by}: {_said_of(c)}" for c in standing(corrections))
    return (*counted, *_role_change(before.role, after.role), *said)


def worth_telling(changes: Sequence[str]) -> tuple[str, ...]:
    """Those of the differences that others should hear of: who they are, what hurts, moves and stops them."""
    small = [noun for facet, nouns in _NOUNS.items() if facet not in _TOLD for noun in nouns]
    return tuple(change for change in changes if not any(change.endswith(noun) for noun in small))


def _facet_changes(facet: Facet, before: Persona, after: Persona, corrections: Sequence[Correction]) -> Iterator[str]:
    was, now = before.facets.get(facet, ()), after.facets.get(facet, ())
    told = [c.claim_text for c in corrections if c.place == facet.value]
    gone = [claim for claim in _unmatched(was, now) if not any(same_text(claim.text, text) for text in told)]
    new = [claim for claim in _unmatched(now, was) if not _pinned(claim)]
    for sign, claims in (("+", new), ("-", gone)):
        if claims:
            yield f"{sign} {len(claims)} {_NOUNS[facet][len(claims) > 1]}"


def _unmatched(claims: Iterable[Claim], others: Sequence[Claim]) -> list[Claim]:
    """The claims none of the others says too; each other speaks for one claim only."""
    left = list(others)
    alone = []
    for claim in claims:
        twin = next((other for other in left if same_claim(claim, other)), None)
        if twin is None:
            alone.append(claim)
        else:
            left.remove(twin)
    return alone


def _pinned(claim: Claim) -> bool:
    return any(e.speaker is Speaker.CORRECTION for e in claim.evidence)


def _role_change(before: Role, after: Role) -> Iterator[str]:
    if (before.title, before.company) != (after.title, after.company):
        source = f" ({after.source})" if after.source else ""
        yield f"role changed: {_job(before)} to {_job(after)}{source}"


def _job(role: Role) -> str:
    return ", ".join(text for text in (role.title, role.company) if text) or "unknown"


def _said_of(correction: Correction) -> str:
    return _SAID_OF[correction.kind].format(claim=_short(correction.claim_text), right=_short(correction.right_text))


def _short(text: str) -> str:
    """A claim as it stands between quotation marks: its own quotes in single ones, and not too long."""
    text = text.translate(_INNER)
    return text if len(text) <= _QUOTED else f"{text[: _QUOTED - 1].rstrip()}…"
