"""Evidence numbered in reading order: the marks that lead from a claim to its quotes."""

from collections.abc import Iterator, Mapping

from persona.model import Claim, Evidence, Facet, Persona

CLAIMS_SHOWN = 3
"""How many claims of a facet a card shows; the evidence view has them all."""

Source = tuple[str, str]


def source_of(evidence: Evidence) -> Source:
    """What makes a piece of evidence the same as another: its interaction, metric or corrector, and its words."""
    return (evidence.metric or f"#{evidence.interaction_id or evidence.corrected_by}", evidence.quote)


def number_evidence(persona: Persona) -> Mapping[Source, int]:
    """The number, from 1, of each distinct piece of evidence: first those of the claims a card shows, in its order."""
    numbers: dict[Source, int] = {}
    for claim in claims_in_order(persona):
        for evidence in claim.evidence:
            numbers.setdefault(source_of(evidence), len(numbers) + 1)
    return numbers


def claims_in_order(persona: Persona) -> Iterator[Claim]:
    """Every claim: those a card shows, in its order, then the rest."""
    yield from (claim for claim in (persona.name, persona.summary) if claim)
    yield from persona.key_points
    for facet in Facet:
        yield from persona.facets.get(facet, ())[:CLAIMS_SHOWN]
    for facet in Facet:
        yield from persona.facets.get(facet, ())[CLAIMS_SHOWN:]
