"""The strict JSON schema of an answer: one list of claims, each of a facet, and what they may cite."""

from typing import Any, Final

from persona.model import Facet

NAMED: Final = ("name", "summary")
_MOST_CLAIMS: Final = 13
_MOST_QUOTES: Final = 2
_TEXT: Final = {"type": "string"}


def answer_schema(citable: list[str]) -> dict[str, Any]:
    """The schema of an answer whose citations can only name these excerpts and figures.

    A list of claims rather than a property a facet: a schema's tokens are paid like the prompt's, and empty facets
    would be paid in the answer.
    """
    claim: dict[str, Any] = {"facet": {"type": "string", "enum": [*(f.value for f in Facet), *NAMED]}, "text": _TEXT}
    if citable:
        quote = _object({"id": {"type": "string", "enum": citable}, "quote": _TEXT})
        claim["quotes"] = {"type": "array", "items": quote, "maxItems": _MOST_QUOTES}
    return _object({"claims": {"type": "array", "items": _object(claim), "maxItems": _MOST_CLAIMS}})


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
