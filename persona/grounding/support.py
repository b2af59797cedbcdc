"""Whether a piece of evidence speaks of what the claim says, and how strongly."""

from collections.abc import Callable
from typing import Final

from persona.grounding.numbers import numbers
from persona.grounding.polarity import turned_round
from persona.lexicon import ideas_of, language_of, lexicon
from persona.model import Evidence, Facet

Similarity = Callable[[str, str], float]
"""Cosine of two texts' embeddings."""
ALIKE: Final = 0.35
"""From this cosine on, a quote without a word in common may support a claim."""


def overlap(claim: str, evidence: Evidence) -> int:
    """How many ideas a claim and its evidence share: stems, concepts, numbers; for a figure also its topic's words."""
    shared = ideas_of(claim) & ideas_of(evidence.quote)
    count = len(shared) + len(set(numbers(claim)) & set(numbers(evidence.quote)))
    if evidence.metric is None:
        return count
    topics = lexicon().metric_topics.get(evidence.metric, frozenset())
    return count + len(ideas_of(claim) & ideas_of(" ".join(topics)))


def speaks_of(claim: str, evidence: Evidence, *, similarity: Similarity | None = None) -> bool:
    """Whether the evidence is about the claim: an idea in common, alike in meaning, or in another language.

    Lenient in wording on purpose: numbers, names and negations are checked strictly elsewhere.
    """
    if overlap(claim, evidence) > 0:
        return True
    if evidence.metric is not None:
        return False
    said, quoted = language_of(claim) or "en", language_of(evidence.quote)
    if quoted is not None and said != quoted:
        return True
    return similarity is not None and similarity(claim, evidence.quote) >= ALIKE


def contradicts(claim: str, evidence: Evidence, facet: Facet | None) -> bool:
    """Whether the quote says the opposite. What to avoid is itself a denial, so it is never held against its quote."""
    return evidence.metric is None and facet is not Facet.AVOID and turned_round(claim, evidence.quote)
