"""A summary made anew from the claims that are left, when a correction took the one that was written."""

from dataclasses import replace

from persona.grounding.confidence import confidence, why
from persona.model import Citation, Claim, Contact, DraftClaim, Evidence, Persona
from persona.writers.rules.portrait import write_summary

_RULES = "rules"  # only their sentences fit those of `write_summary`


def restore_summary(shown: Persona, written: Persona, contact: Contact) -> Persona:
    """The persona as shown, with a summary of its own claims where rules wrote one and a correction hid it."""
    if shown.summary or written.summary is None or written.written_by.writer != _RULES:
        return shown
    cited: dict[Citation, Evidence] = {}
    facets = {}
    for facet, claims in shown.facets.items():
        facets[facet] = tuple(DraftClaim(claim.text, _cite(claim, cited)) for claim in claims)
    first_name = next(iter(contact.name.split()), "This contact")
    draft = write_summary(facets, first_name=first_name)
    if draft is None:
        return shown
    evidence, now = tuple(cited[citation] for citation in draft.citations), written.written_at
    summary = Claim(draft.text, evidence, confidence(evidence, now=now), why(evidence, now=now))
    return replace(shown, summary=summary)


def _cite(claim: Claim, cited: dict[Citation, Evidence]) -> tuple[Citation, ...]:
    """Stand-ins for the claim's evidence, noted in `cited`."""
    made = {Citation(ref=e.interaction_id, quote=e.quote, metric=e.metric): e for e in claim.evidence}
    cited.update(made)
    return tuple(made)
