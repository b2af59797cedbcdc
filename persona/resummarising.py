"""Summary and key points of the claims left, when the writer's own fell in the check or a correction took them."""

from dataclasses import replace

from persona.grounding.confidence import confidence, why
from persona.model import Citation, Claim, Contact, DraftClaim, Evidence, Facet, Persona, Speaker
from persona.writers.rules.portrait import write_key_points, write_summary

_RULES = "rules"  # whose claims go on after the contact's name; a model's are told as they stand
_MOST_TELLING = (
    Facet.PAIN_POINTS,
    Facet.BUYING_MOTIVATIONS,
    Facet.LIKELY_OBJECTIONS,
    Facet.DECISION_PATTERN,
    Facet.BUYING_BEHAVIOUR,
    Facet.RECOMMENDED_APPROACH,
    Facet.AVOID,
)


def with_highlights(persona: Persona, contact: Contact) -> Persona:
    """The persona with a summary and key points of its own claims where it has none; without claims it stays without.

    Each sentence is one of the claims on that claim's evidence, so nothing is said that was not checked.
    """
    if not persona.facets or (persona.summary and persona.key_points):
        return persona
    cited: dict[Citation, Evidence] = {}
    facets = {}
    for facet, claims in persona.facets.items():
        facets[facet] = tuple(DraftClaim(claim.text, _cite(claim, cited)) for claim in claims)
    return replace(
        persona,
        summary=persona.summary or _summary(persona, contact, facets, cited),
        key_points=persona.key_points or _key_points(persona, facets),
    )


def _summary(
    persona: Persona, contact: Contact, facets: dict[Facet, tuple[DraftClaim, ...]], cited: dict[Citation, Evidence]
) -> Claim | None:
    put_right = any(e.speaker is Speaker.CORRECTION for e in cited.values())  # in words that go on after no name
    by_rules = persona.written_by.writer == _RULES and not put_right
    first_name = next(iter(contact.name.split()), "This contact") if by_rules else ""
    draft = write_summary(facets, first_name=first_name)
    if draft is None:
        return _first(persona)
    evidence, now = tuple(cited[citation] for citation in draft.citations), persona.written_at
    return Claim(draft.text, evidence, confidence(evidence, now=now), why(evidence, now=now))


def _key_points(persona: Persona, facets: dict[Facet, tuple[DraftClaim, ...]]) -> tuple[Claim, ...]:
    chosen = {draft.text for draft in write_key_points(facets)}
    unique = {claim.text: claim for claims in persona.facets.values() for claim in claims if claim.text in chosen}
    return tuple(unique.values())


def _first(persona: Persona) -> Claim | None:
    """The claim that says most of what may be short of two sentences, or too long for them."""
    return next((claims[0] for facet in (*_MOST_TELLING, *Facet) if (claims := persona.facets.get(facet))), None)


def _cite(claim: Claim, cited: dict[Citation, Evidence]) -> tuple[Citation, ...]:
    """Stand-ins for the claim's evidence, noted in `cited`."""
    made = {Citation(ref=e.interaction_id, quote=e.quote, metric=e.metric): e for e in claim.evidence}
    cited.update(made)
    return tuple(made)
