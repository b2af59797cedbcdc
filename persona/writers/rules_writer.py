"""Writes a persona without a model: the sentences that matter, phrased, each claim on its quote or figure."""

from collections.abc import Mapping
from typing import Final

from persona.model import Brief, Draft, DraftClaim, Facet, Kind, WrittenBy
from persona.writers.rules.advice import write_approach, write_avoid
from persona.writers.rules.claims import group_remarks, write_claims
from persona.writers.rules.manner import write_engagement, write_style
from persona.writers.rules.portrait import write_key_points, write_name, write_summary
from persona.writers.rules.remarks import Remark, read_remarks

CLAIMS_PER_FACET: Final = 5
_COUNTED: Final = ((Kind.EMAIL, "email"), (Kind.CALL, "call"), (Kind.MEETING, "meeting"), (Kind.COMMENT, "comment"))


class RulesWriter:
    """The writer that needs no key and never fails: cue words, figures and plain English."""

    name = "rules"

    async def write(self, brief: Brief) -> Draft:
        """The draft; facets without evidence are in `abstained` with what was looked at."""
        return write_draft(brief)


def write_draft(brief: Brief) -> Draft:
    """The draft of a brief; the same brief gives the same draft."""
    remarks = read_remarks(brief)
    facets = {facet: claims for facet, claims in _write_facets(brief, remarks).items() if claims}
    groups = group_remarks(remarks, limit=CLAIMS_PER_FACET)
    return Draft(
        written_by=WrittenBy(writer=RulesWriter.name),
        facets=facets,
        name=write_name(brief, groups),
        summary=write_summary(brief, facets),
        key_points=write_key_points(facets),
        abstained={facet: _nothing_yet(brief.insights.kinds) for facet in Facet if facet not in facets},
    )


def _write_facets(brief: Brief, remarks: list[Remark]) -> dict[Facet, tuple[DraftClaim, ...]]:
    groups = group_remarks(remarks, limit=CLAIMS_PER_FACET)
    metrics = brief.insights.metrics
    return {
        **{facet: write_claims(found) for facet, found in groups.items()},
        Facet.COMMUNICATION_STYLE: write_style(metrics, remarks),
        Facet.ENGAGEMENT_PATTERN: write_engagement(metrics, remarks),
        Facet.RECOMMENDED_APPROACH: write_approach(remarks, groups, metrics),
        Facet.AVOID: write_avoid(remarks, groups),
    }


def _nothing_yet(kinds: Mapping[str, int]) -> str:
    """ "nothing yet in 14 emails and 2 calls"."""
    counted = [f"{n} {noun}{'' if n == 1 else 's'}" for kind, noun in _COUNTED if (n := kinds.get(kind, 0))]
    if not counted:
        return "nothing yet: no emails, calls or meetings on record"
    listed = counted[0] if len(counted) == 1 else f"{', '.join(counted[:-1])} and {counted[-1]}"
    return f"nothing yet in {listed}"
