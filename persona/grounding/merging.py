"""Merges claims of one facet that say the same."""

from dataclasses import replace
from typing import Final

from persona.lexicon import ideas_of
from persona.model import Claim, Evidence

_SAME_WORDING: Final = 0.75
_SAME_QUOTES: Final = 0.5
MAX_EVIDENCE: Final = 4


def merge_alike(claims: list[Claim]) -> list[Claim]:
    """The claims with near-duplicates folded into the first of them, whose evidence grows to at most four pieces."""
    kept: list[Claim] = []
    for claim in claims:
        twin = next((n for n, other in enumerate(kept) if _alike(claim, other)), None)
        if twin is None:
            kept.append(claim)
        else:
            kept[twin] = replace(kept[twin], evidence=_joined(kept[twin].evidence, claim.evidence))
    return kept


def _alike(claim: Claim, other: Claim) -> bool:
    left, right = ideas_of(claim.text), ideas_of(other.text)
    likeness = len(left & right) / max(1, len(left | right))
    same_quotes = {e.quote for e in claim.evidence} == {e.quote for e in other.evidence}
    return likeness >= (_SAME_QUOTES if same_quotes else _SAME_WORDING)


def _joined(left: tuple[Evidence, ...], right: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(left + right))[:MAX_EVIDENCE]
