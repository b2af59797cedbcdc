"""Evidence as plain words: each claim with its quotes, who said them, when and where."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from blocks.numbering import Source, number_evidence, source_of
from blocks.sheet import BEFORE_YOU_CALL, FACET_TITLES, Statement, state
from blocks.text import line, passage
from blocks.wording import full_date, mark
from persona.corrections import KEY_POINTS, NAME, SUMMARY, claims_at
from persona.model import Claim, Contact, Evidence, Facet, Kind, Persona, Profile, Speaker

IN_SHORT: Final = "In short"
AGAINST: Final = "What speaks against a claim"
QUOTE: Final = 600
_SUBJECT = 80
_CONTRARY = 200
_NOTES: Final[Mapping[Kind | None, str]] = {
    Kind.CALL: "our note of a call",
    Kind.MEETING: "our note of a meeting",
    Kind.TASK: "our task",
    Kind.COMMENT: "our comment",
}


@dataclass(frozen=True, slots=True)
class Quote:
    """One numbered piece of evidence: the words, and "Jane Doe, mail “Subject”, 3 Oct 2026" under `source`."""

    number: int
    text: str
    source: str
    measured: bool = False

    @property
    def mark(self) -> str:
        """Its mark, ❶ or [11]."""
        return mark(self.number)

    @property
    def said(self) -> str:
        """The words in quotation marks; a measured figure stands without."""
        return self.text if self.measured else f"“{self.text}”"


@dataclass(frozen=True, slots=True)
class Proof:
    """One claim with its quotes, under the title of its group; `against` says what stands against it, newest first.

    `place` is where the persona makes it (persona.corrections.PLACES) and `text` the claim as it is stored.
    """

    group: str
    place: str
    text: str
    claim: Statement
    quotes: tuple[Quote, ...]
    against: tuple[str, ...] = ()


def proofs(profile: Profile) -> tuple[Proof, ...]:
    """Every claim of the persona with its quotes, in reading order; a key point that repeats a claim comes once."""
    persona = profile.persona
    if persona is None:
        return ()
    numbers = number_evidence(persona)
    return tuple(
        Proof(
            group,
            place,
            claim.text,
            state(claim, numbers),
            tuple(_quotes(claim, profile, numbers)),
            tuple(_contrary(evidence, profile) for evidence in claim.against),
        )
        for group, place, claim in _grouped(persona)
    )


def numbered_quotes(profile: Profile) -> tuple[Quote, ...]:
    """Each distinct piece of evidence once, by number."""
    found = {quote.number: quote for proof in proofs(profile) for quote in proof.quotes}
    return tuple(found[number] for number in sorted(found))


def contradicted(profile: Profile) -> tuple[Proof, ...]:
    """The claims that something stands against, each once."""
    found = {proof.claim.text: proof for proof in reversed(proofs(profile)) if proof.against}
    return tuple(reversed(found.values()))


def _grouped(persona: Persona) -> Iterator[tuple[str, str, Claim]]:
    said = {(claim.text, claim.evidence) for claims in persona.facets.values() for claim in claims}
    yield from ((IN_SHORT, place, claim) for place in (NAME, SUMMARY) for claim in claims_at(persona, place))
    points = (claim for claim in persona.key_points if (claim.text, claim.evidence) not in said)
    yield from ((BEFORE_YOU_CALL, KEY_POINTS, claim) for claim in points)
    for facet in Facet:
        yield from ((FACET_TITLES[facet], facet.value, claim) for claim in persona.facets.get(facet, ()))


def _quotes(claim: Claim, profile: Profile, numbers: Mapping[Source, int]) -> Iterator[Quote]:
    by_number = {numbers[source_of(evidence)]: evidence for evidence in claim.evidence}
    for number in sorted(by_number):
        evidence = by_number[number]
        measured = evidence.speaker is Speaker.METRIC
        yield Quote(number, passage(evidence.quote, QUOTE), told_by(evidence, profile.contact), measured)


def _contrary(evidence: Evidence, profile: Profile) -> str:
    """ "But on 3 Oct 2026 (Jane Doe, mail): “we don't need it”"."""
    by, _, _ = told_by(evidence, profile.contact).rpartition(", ")
    return f"But on {full_date(evidence.occurred_at)} ({by}): “{passage(evidence.quote, _CONTRARY)}”"


def told_by(evidence: Evidence, contact: Contact) -> str:
    """Who said it where and when: "Jane Doe, mail “Subject”, 3 Oct 2026"."""
    when = full_date(evidence.occurred_at)
    if evidence.speaker is Speaker.METRIC:
        return f"Measured, {when}"
    if evidence.speaker is Speaker.CORRECTION:
        return f"Corrected by {line(evidence.corrected_by or '', 40)}, {when}"
    subject = f" “{line(evidence.subject, _SUBJECT)}”" if evidence.subject.strip() else ""
    if evidence.speaker is Speaker.CONTACT:
        name = line(contact.name, 60) or "The contact"
        where = "mail" if evidence.kind is Kind.EMAIL else "their words"
        return f"{name}, {where}{subject}, {when}"
    note = _NOTES.get(evidence.kind, "our note")
    return f"{note[0].upper()}{note[1:]}{subject}, {when}"
