"""The strict JSON schema of an answer: which facets, and what its claims may cite."""

from typing import Any, Final

from persona.model import Facet

_CLAIMS_A_FACET: Final = 2
_QUOTES_A_CLAIM: Final = 2
_KEY_POINTS: Final = 3


def answer_schema(citable: list[str]) -> dict[str, Any]:
    """The schema of an answer whose citations can only name these excerpts and figures.

    What repeats stands once in $defs, for a schema's tokens are paid like the prompt's. Key points are facets: each
    stands for its first claim, which isn't written twice.
    """
    claims = {"type": "array", "items": _ref("claim"), "maxItems": _CLAIMS_A_FACET}
    facet = {"type": "string", "enum": [f.value for f in Facet]}
    parts = {
        **{f.value: _ref("claims") for f in Facet},
        "name": _ref("claim"),
        "summary": _ref("claim"),
        "key_points": {"type": "array", "items": facet, "maxItems": _KEY_POINTS},
    }
    return _object(parts) | {"$defs": {"claims": claims, "claim": _claim(citable)}}


def _claim(citable: list[str]) -> dict[str, Any]:
    text = {"type": "string"}
    if not citable:
        return _object({"text": text})
    quote = _object({"id": {"type": "string", "enum": citable}, "quote": text})
    return _object({"text": text, "quotes": {"type": "array", "items": quote, "maxItems": _QUOTES_A_CLAIM}})


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/$defs/{name}"}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
