"""Writes a persona without a model: the sentences that matter, phrased, each claim on its quote or figure."""

from collections.abc import Mapping
from typing import Final

from persona.model import Brief, Draft, DraftClaim, Facet, Kind, WrittenBy
from persona.ports import Embedder
from persona.sought import prototypes
from persona.writers.rules.advice import write_approach, write_avoid
from persona.writers.rules.claims import Group, group_remarks, use_sparingly, write_claims
from persona.writers.rules.coming import write_coming
from persona.writers.rules.manner import write_engagement, write_style
from persona.writers.rules.portrait import write_key_points, write_name, write_summary
from persona.writers.rules.remarks import Remark, lift_by_meaning, read_remarks

CLAIMS_PER_FACET: Final = 5
NEXT_STEPS: Final = 2
_COUNTED: Final = ((Kind.EMAIL, "email"), (Kind.CALL, "call"), (Kind.MEETING, "meeting"), (Kind.COMMENT, "comment"))


class RulesWriter:
    """The writer that needs no key and never fails: cue words, figures and plain English."""

    name = "rules"

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    async def write(self, brief: Brief) -> Draft:
        """The draft; facets without evidence are in `abstained` with what was looked at. Same brief, same draft."""
        remarks = read_remarks(brief)
        if remarks:
            vectors = await self._embedder.embed([remark.text for remark in remarks])
            remarks = lift_by_meaning(remarks, vectors, await prototypes(self._embedder))
        return write_draft(brief, remarks)


def write_draft(brief: Brief, remarks: list[Remark]) -> Draft:
    """The draft of a brief from its scored remarks."""
    groups = group_remarks(remarks, limit=CLAIMS_PER_FACET)
    facets = {facet: claims for facet, claims in _write_facets(brief, remarks, groups).items() if claims}
    return Draft(
        written_by=WrittenBy(writer=RulesWriter.name),
        facets=facets,
        name=write_name(brief, groups),
        summary=write_summary(facets, first_name=next(iter(brief.contact.name.split()), "This contact")),
        key_points=write_key_points(facets),
        abstained={facet: _nothing_yet(brief.insights.kinds) for facet in Facet if facet not in facets},
    )


def _write_facets(
    brief: Brief, remarks: list[Remark], groups: dict[Facet, list[Group]]
) -> dict[Facet, tuple[DraftClaim, ...]]:
    metrics, zone = brief.insights.metrics, brief.contact.time_zone
    coming = write_coming(remarks, most=NEXT_STEPS)
    facets = {
        **write_claims(groups),
        Facet.COMMUNICATION_STYLE: write_style(metrics, remarks),
        Facet.ENGAGEMENT_PATTERN: write_engagement(metrics, remarks, zone=zone),
        Facet.RECOMMENDED_APPROACH: write_approach(remarks, groups, metrics, coming=coming, zone=zone),
        Facet.AVOID: write_avoid(remarks, groups),
    }
    return use_sparingly(facets, keep=coming)


def _nothing_yet(kinds: Mapping[str, int]) -> str:
    """ "no evidence: 14 emails and 2 calls read, none speaks of it"."""
    counted = [f"{n} {noun}{'' if n == 1 else 's'}" for kind, noun in _COUNTED if (n := kinds.get(kind, 0))]
    if not counted:
        return "no evidence: no emails, calls or meetings on record"
    listed = counted[0] if len(counted) == 1 else f"{', '.join(counted[:-1])} and {counted[-1]}"
    return f"no evidence: {listed} read, none speaks of it"
