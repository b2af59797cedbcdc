"""Whether two claims say the same and two pieces of evidence are the same, whatever the wording."""

from typing import Final

from persona.lexicon import ideas_of
from persona.model import Claim, Evidence
from persona.sentences import normalise

ALIKE: Final = 0.6
"""The share of ideas two texts have in common from which they say the same."""
_ALIKE_ON_SAME_QUOTES: Final = 0.4
_SAME_WORDS: Final = 0.5


def same_text(one: str, other: str) -> bool:
    """Whether two texts are the same but for case, punctuation and white space."""
    return normalise(one) == normalise(other)


def says_same(one: str, other: str, *, share: float = ALIKE) -> bool:
    """Whether two texts are made of the same ideas."""
    if same_text(one, other):
        return True
    left, right = ideas_of(one), ideas_of(other)
    return bool(left) and len(left & right) >= share * len(left | right)


def same_evidence(one: Evidence, other: Evidence) -> bool:
    """Whether two pieces are one figure, the same words, or quotes of one interaction that overlap."""
    if one.metric or other.metric:
        return one.metric == other.metric
    if same_text(one.quote, other.quote):
        return True
    if one.interaction_id is None or one.interaction_id != other.interaction_id:
        return False
    left, right = set(normalise(one.quote).split()), set(normalise(other.quote).split())
    return len(left & right) >= _SAME_WORDS * max(1, min(len(left), len(right)))


def same_claim(one: Claim, other: Claim) -> bool:
    """Whether two claims say the same: in other words if they must, when they rest on a common quote."""
    shared = any(same_evidence(mine, theirs) for mine in one.evidence for theirs in other.evidence)
    return says_same(one.text, other.text, share=_ALIKE_ON_SAME_QUOTES if shared else ALIKE)
