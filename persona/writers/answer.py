"""A model's answer: from JSON text to a draft whose quotes are in the stored wording."""

from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from persona.masking import unmask
from persona.model import Brief, Citation, Draft, DraftClaim, Facet, WrittenBy

_MOST: Final = 6


class _Quote(BaseModel):
    model_config = ConfigDict(frozen=True)
    id: str
    quote: str


class _Claim(BaseModel):
    model_config = ConfigDict(frozen=True)
    text: str
    quotes: tuple[_Quote, ...] = ()
    metrics: tuple[str, ...] = ()


class Answer(BaseModel):
    """The answer of the schema; every part is required, an empty list is an answer."""

    model_config = ConfigDict(frozen=True)
    pain_points: tuple[_Claim, ...]
    buying_motivations: tuple[_Claim, ...]
    likely_objections: tuple[_Claim, ...]
    communication_style: tuple[_Claim, ...]
    decision_pattern: tuple[_Claim, ...]
    engagement_pattern: tuple[_Claim, ...]
    buying_behaviour: tuple[_Claim, ...]
    recommended_approach: tuple[_Claim, ...]
    avoid: tuple[_Claim, ...]
    name: _Claim
    summary: _Claim
    key_points: tuple[_Claim, ...] = Field(default=())


def draft_of(content: str, brief: Brief, written_by: WrittenBy) -> Draft:
    """The draft an answer's JSON holds; raises pydantic.ValidationError when it isn't of the schema.

    Masks in quotes are turned back into the stored words. Of a flood only six claims a part and six citations a claim
    are read. Why a facet is empty is said by us, never by the model.
    """
    answer = Answer.model_validate_json(content)
    stored = {p.ref: p.text for p in brief.all_passages}
    facets = {f: _claims(getattr(answer, f.value), stored) for f in Facet}
    empty = f"nothing found in {len(stored)} excerpts of mails and notes"
    return Draft(
        written_by=written_by,
        facets={f: claims for f, claims in facets.items() if claims},
        name=_claim(answer.name, stored),
        summary=_claim(answer.summary, stored),
        key_points=_claims(answer.key_points, stored),
        abstained={f: empty for f, claims in facets.items() if not claims},
    )


def _claims(claims: tuple[_Claim, ...], stored: Mapping[str, str]) -> tuple[DraftClaim, ...]:
    return tuple(d for claim in claims[:_MOST] if (d := _claim(claim, stored)))


def _claim(claim: _Claim, stored: Mapping[str, str]) -> DraftClaim | None:
    if not claim.text.strip():
        return None
    quotes = [Citation(ref=q.id, quote=unmask(q.quote, stored.get(q.id, ""))) for q in claim.quotes]
    return DraftClaim(claim.text, tuple(quotes + [Citation(metric=m) for m in claim.metrics])[:_MOST])
