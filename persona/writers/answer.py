"""A model's answer: from text that holds JSON to a draft whose quotes are in the stored wording.

Reading is liberal, for small models wrap, leave out and add; nothing of it is shown before the evidence check.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from persona.errors import ModelAnswerError
from persona.masking import unmask
from persona.model import Brief, Citation, Draft, DraftClaim, Facet, WrittenBy

_M = TypeVar("_M", bound=BaseModel)
_MOST: Final = 6
_MOST_CHARACTERS: Final = 40_000
_THINKING: Final = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)


def _usable(kind: type[_M], given: object) -> list[_M]:
    """The items of a list, or a single one, that are of the kind; one that isn't costs itself, not the answer."""
    items = given if isinstance(given, list) else [] if given is None else [given]
    found = []
    for item in items:
        try:
            found.append(kind.model_validate(item))
        except ValidationError:
            continue
    return found


class _Quote(BaseModel):
    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True)
    id: str
    quote: str = ""


class _Claim(BaseModel):
    model_config = ConfigDict(frozen=True)
    text: str = ""
    quotes: Annotated[tuple[_Quote, ...], BeforeValidator(lambda given: _usable(_Quote, given))] = ()
    metrics: tuple[str, ...] = ()


_Claims = Annotated[tuple[_Claim, ...], BeforeValidator(lambda given: _usable(_Claim, given))]


class _Answer(BaseModel):
    """The parts of an answer beside its facets. A key point is a facet, or a claim of its own."""

    model_config = ConfigDict(frozen=True)
    name: _Claims = ()
    summary: _Claims = ()
    key_points: tuple[str | _Claim, ...] = Field(default=())


def draft_of(content: str, brief: Brief, written_by: WrittenBy) -> Draft:
    """The draft an answer holds; raises ModelAnswerError when it has no JSON object with a facet of ours.

    Masks in quotes are turned back into the stored words. Of a flood only six claims a part and six citations a claim
    are read. Why a facet is empty is said by us, never by the model.
    """
    given = _object_in(content)
    source = _Source(brief)
    facets = {f: source.claims(_usable(_Claim, given.get(f.value))) for f in Facet}
    try:
        answer = _Answer.model_validate({key: given[key] for key in _Answer.model_fields if given.get(key) is not None})
    except ValidationError:
        answer = _Answer()
    return Draft(
        written_by=written_by,
        facets={f: claims for f, claims in facets.items() if claims},
        name=next(iter(source.claims(answer.name)), None),
        summary=next(iter(source.claims(answer.summary)), None),
        key_points=_key_points(answer.key_points, facets, source),
        abstained={f: source.nothing for f, claims in facets.items() if not claims},
    )


def _object_in(content: str) -> dict[str, Any]:
    """The first JSON object with a facet of ours, whatever stands around it."""
    text = _THINKING.sub("", content[:_MOST_CHARACTERS])
    decoder = json.JSONDecoder()
    place = text.find("{")
    while place >= 0:
        try:
            found, end = decoder.raw_decode(text, place)
        except (json.JSONDecodeError, RecursionError):
            end = place + 1
        else:
            if isinstance(found, dict) and any(facet.value in found for facet in Facet):
                return found
        place = text.find("{", end)
    raise ModelAnswerError(faults=("empty",) if not text.strip() else ())


class _Source:
    """What a claim may cite: the brief's excerpts and figures."""

    def __init__(self, brief: Brief) -> None:
        self._stored: Mapping[str, str] = {p.ref: p.text for p in brief.all_passages}
        self._figures = frozenset(brief.insights.metrics)
        self.nothing = f"nothing found in {len(self._stored)} excerpts of mails and notes"

    def claims(self, claims: Iterable[_Claim]) -> tuple[DraftClaim, ...]:
        """The claims that say something, the first six."""
        said = [claim for claim in claims if claim.text.strip()]
        return tuple(DraftClaim(claim.text, self._citations(claim)) for claim in said[:_MOST])

    def _citations(self, claim: _Claim) -> tuple[Citation, ...]:
        cited = [self._citation(quote) for quote in claim.quotes]
        return tuple([*cited, *(Citation(metric=name) for name in claim.metrics)][:_MOST])

    def _citation(self, quote: _Quote) -> Citation:
        if quote.id in self._figures:
            return Citation(metric=quote.id)
        return Citation(ref=quote.id, quote=unmask(quote.quote, self._stored.get(quote.id, "")))


def _key_points(
    given: tuple[str | _Claim, ...], facets: Mapping[Facet, tuple[DraftClaim, ...]], source: _Source
) -> tuple[DraftClaim, ...]:
    named = [facet for facet in Facet if facet.value in given]
    named.sort(key=lambda facet: given.index(facet.value))
    own = source.claims(point for point in given if isinstance(point, _Claim))
    return (*(facets[facet][0] for facet in named if facets[facet]), *own)[:_MOST]
