"""Words and phrases that mark what a sentence is about, per facet: cheap, readable signs beside the embedding's.

The phrases are data (`persona/data/cues.json`). A phrase matches at the start of a word; one that ends in a space
matches whole words only.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from persona.model import Facet
from persona.sentences import normalise

_FIGURE: Final = re.compile(
    r"[$€£]\s?\d|\d[\d.,]*\s?(?:%|k\b|m\b|percent|hours?|days?|weeks?|minutes?|months?|Stunden|jours)"
)
_STRONG: Final = 2.0
_WEAK: Final = 0.75
_MOST: Final = 5.0


@dataclass(frozen=True, slots=True)
class Phrases:
    """The signs of one facet: strong ones all but name it, weak ones only lean towards it."""

    strong: tuple[str, ...]
    weak: tuple[str, ...]

    def score(self, normalised: str) -> float:
        """0 without any sign, at most 5."""
        strong = len([phrase for phrase in self.strong if phrase in normalised])
        weak = len([phrase for phrase in self.weak if phrase in normalised])
        return min(_MOST, _STRONG * strong + _WEAK * weak)


@cache
def load_cues() -> Mapping[Facet, Phrases]:
    """The phrases of every facet, read once."""
    document = json.loads(resources.files("persona").joinpath("data/cues.json").read_text(encoding="utf-8"))
    return {
        Facet(name): Phrases(strong=_padded(group["strong"]), weak=_padded(group["weak"]))
        for name, group in document.items()
    }


def score_cues(text: str) -> dict[Facet, float]:
    """How strongly a sentence's words point to each facet, 0-5; questions are no pain, figures strengthen one."""
    normalised = normalise(text)
    scores = {facet: phrases.score(normalised) for facet, phrases in load_cues().items()}
    if " ? " in normalised:
        scores[Facet.PAIN_POINTS] *= 0.25
        scores[Facet.BUYING_MOTIVATIONS] *= 0.5
        scores[Facet.LIKELY_OBJECTIONS] += 1
    if _FIGURE.search(text):
        scores[Facet.PAIN_POINTS] += 0.5 if scores[Facet.PAIN_POINTS] else 0
        scores[Facet.BUYING_MOTIVATIONS] += 0.5 if scores[Facet.BUYING_MOTIVATIONS] else 0
    return scores


def _padded(phrases: list[str]) -> tuple[str, ...]:
    return tuple(f" {phrase.lstrip()}" for phrase in phrases)
