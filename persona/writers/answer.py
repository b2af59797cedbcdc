"""A model's answer: from text that holds JSON to a draft whose quotes are in the stored wording.

Reading is liberal, for small models wrap, leave out and add; nothing of it is shown before the evidence check.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from persona.errors import ModelAnswerError
from persona.masking import unmask
from persona.model import Brief, Citation, Draft, DraftClaim, Facet, WrittenBy
from persona.writers.schema import NAMED

_M = TypeVar("_M", bound=BaseModel)
_MOST: Final = 6
_KEY_POINTS: Final = "key_points"
_FACETS: Final = frozenset(facet.value for facet in Facet)
_MOST_CHARACTERS: Final = 1_000_000
_MOST_OBJECTS: Final = 20
_DEEPEST: Final = 3
_THINKING: Final = re.compile(
    r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)|\A(?:(?!<think).)*</think(?:ing)?>", re.DOTALL | re.IGNORECASE
)


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


def _part_of(label: object) -> object:
    """A part's name as we spell it: servers that don't keep to the schema's enum send "Pain Points"."""
    return re.sub(r"[\s-]+", "_", label.strip().lower()) if isinstance(label, str) else label


class _Quote(BaseModel):
    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True)
    id: str
    quote: str = ""


class _Claim(BaseModel):
    model_config = ConfigDict(frozen=True)
    facet: Annotated[str, BeforeValidator(_part_of)] = ""
    text: str = ""
    quotes: Annotated[tuple[_Quote, ...], BeforeValidator(lambda given: _usable(_Quote, given))] = ()
    metrics: tuple[str, ...] = ()


def draft_of(content: str, brief: Brief, written_by: WrittenBy) -> Draft:
    """The draft an answer holds; raises ModelAnswerError when it has no JSON object with claims of our facets.

    The first claims are offered as the key points, more than are shown, for some may not hold. Masks in quotes are
    turned back into the stored words. Of a flood only six claims a part and six citations a claim are read. Why a facet
    is empty is said by us, never by the model.
    """
    source = _Source(brief)
    said = [(claim.facet, source.claim(claim)) for claim in _claims_in(content) if claim.text.strip()]
    parts: dict[str, tuple[DraftClaim, ...]] = {}
    for part, claim in said:
        parts[part] = (*parts.get(part, ()), claim)[:_MOST]
    facets = {facet: parts[facet.value] for facet in Facet if facet.value in parts}
    return Draft(
        written_by=written_by,
        facets=facets,
        name=next(iter(parts.get("name", ())), None),
        summary=next(iter(parts.get("summary", ())), None),
        key_points=parts.get(_KEY_POINTS) or tuple(claim for part, claim in said if part in _FACETS)[:_MOST],
        abstained={facet: source.nothing for facet in Facet if facet not in facets},
    )


def _claims_in(content: str) -> list[_Claim]:
    """The claims of the first JSON object that has any place for them, as one list or, as some models do, by facet.

    Where none has, the objects that are claims themselves: some models send the bare list.
    """
    objects = [inner for found in _objects_in(content) for inner in _with_wrapped(found)]
    for found in objects:
        by_part = {part: found[part] for part in (*Facet, *NAMED, _KEY_POINTS) if part in found}
        if "claims" in found:
            return [claim for claim in _usable(_Claim, found["claims"]) if claim.facet in {*_FACETS, *NAMED}]
        if by_part and "facet" not in found and not {"name", "arguments"} <= found.keys():
            return [
                claim.model_copy(update={"facet": str(part)})
                for part, given in by_part.items()
                for claim in _usable(_Claim, given)
            ]
    if bare := [claim for claim in _usable(_Claim, objects) if claim.facet in {*_FACETS, *NAMED}]:
        return bare
    raise ModelAnswerError(faults=() if _THINKING.sub("", content).strip() else ("empty",))


def _with_wrapped(found: dict[str, Any], depth: int = 0) -> Iterator[dict[str, Any]]:
    """An object and what it wraps, as in {"persona": {...}} or a tool call's {"arguments": {...}}."""
    yield found
    if depth < _DEEPEST:
        for value in found.values():
            if isinstance(value, dict):
                yield from _with_wrapped(value, depth + 1)


def _objects_in(content: str) -> Iterator[dict[str, Any]]:
    """The JSON objects of a text, whatever stands around them."""
    text = _THINKING.sub("", content[:_MOST_CHARACTERS])
    decoder = json.JSONDecoder()
    place = -1
    for _ in range(_MOST_OBJECTS):
        place = text.find("{", place + 1)
        if place < 0:
            break
        try:
            found, end = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):  # a number of 4,301 digits is a plain ValueError
            continue
        yield found
        place = end - 1


class _Source:
    """What a claim may cite: the brief's excerpts and figures."""

    def __init__(self, brief: Brief) -> None:
        self._stored: Mapping[str, str] = {p.ref: p.text for p in brief.all_passages}
        self._figures = frozenset(brief.insights.metrics)
        self.nothing = f"nothing found in {len(self._stored)} excerpts of mails and notes"

    def claim(self, claim: _Claim) -> DraftClaim:
        """The claim as ours."""
        return DraftClaim(claim.text, self._citations(claim))

    def _citations(self, claim: _Claim) -> tuple[Citation, ...]:
        cited = [self._citation(quote) for quote in claim.quotes]
        return tuple([*cited, *(Citation(metric=name) for name in claim.metrics)][:_MOST])

    def _citation(self, quote: _Quote) -> Citation:
        if quote.id in self._figures:
            return Citation(metric=quote.id)
        return Citation(ref=quote.id, quote=unmask(quote.quote, self._stored.get(quote.id, "")))
