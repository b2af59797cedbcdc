"""How strongly a sentence points to each facet: by what it does (its frames), words only lean.

The frames carry pains, wishes, doubts, decisions and ways of buying; the words are data (`persona/data/cues.json`). A
phrase matches at the start of a word; one that ends in a space matches whole words only.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final

from persona.frames import frames_of
from persona.model import Facet
from persona.sentences import normalise

_FIGURE: Final = re.compile(
    r"[$€£]\s?\d|\d[\d.,]*\s?(?:%|k\b|m\b|percent|hours?|days?|weeks?|minutes?|months?|Stunden|Tage|jours|heures|horas|ore)"
)
_CONDITIONAL: Final = re.compile(r"(?i)(?:^|[,;:]\s|\b(?:and|but|und|et|y)\s)(?:if|wenn|falls|si)\s")
_STRONG: Final = 2.0
_WEAK: Final = 0.75
_MOST: Final = 5.0
_KEY: Final = 4  # a blank and three letters
_LEAN: Final = 0.4
"""What a facet's words count beside its frames: many of them, or a figure with them, may name it too."""
_WEIGHTS: Final[Mapping[Facet, Mapping[str, float]]] = {
    Facet.PAIN_POINTS: {
        "weary": 2.2,
        "inability": 1.9,
        "time_cost": 1.9,
        "loss": 1.3,
        "toil": 1.3,
        "recurring": 0.9,
    },
    Facet.BUYING_MOTIVATIONS: {
        "goal": 2.0,
        "result": 2.0,
        "duty": 1.7,
        "wish": 1.6,
        "outcome": 1.6,
        "deadline": 1.2,
        "gain": 0.9,
    },
    Facet.LIKELY_OBJECTIONS: {
        "worry": 2.2,
        "expensive": 2.0,
        "burned": 2.0,
        "condition": 1.9,
        "colleague_doubt": 1.9,
        "correction": 1.9,
        "no_form": 1.9,
        "enough": 1.6,
        "asked": 1.9,
    },
    Facet.DECISION_PATTERN: {
        "approval": 2.2,
        "own_decision": 2.2,
        "threshold": 2.2,
        "budget": 1.6,
        "process": 1.2,
    },
    Facet.BUYING_BEHAVIOUR: {
        "reference": 1.9,
        "comparison": 1.8,
        "bargaining": 1.8,
        "trial": 1.8,
        "staging": 1.7,
        "in_writing": 1.7,
        "checking": 1.7,
        "paperwork": 1.7,
        "no_form": 1.6,
        "ready": 1.6,
    },
}
_TOUGH_QUESTION: Final = 2.0
_ASKED_OF_US: Final = 2.0
_WEAKENED: Final[Mapping[Facet, Mapping[str, float]]] = {
    Facet.PAIN_POINTS: {"condition": 0.7, "wish": 0.7, "result": 0.3, "logistics": 0.4, "praise": 0.5, "yours": 0.75},
    Facet.BUYING_MOTIVATIONS: {"logistics": 0.4, "yours": 0.8, "idle_wish": 0.3, "burned": 0.3},
    Facet.LIKELY_OBJECTIONS: {"logistics": 0.4},
    Facet.DECISION_PATTERN: {},
    Facet.BUYING_BEHAVIOUR: {"logistics": 0.6},
}


@cache
def _phrases() -> Mapping[str, tuple[tuple[Facet, float, str], ...]]:
    """Every phrase by its first letters, with facet and weight: strong ones all but name a facet, weak ones lean."""
    document = json.loads(resources.files("persona").joinpath("data/cues.json").read_text(encoding="utf-8"))
    weights = {"strong": _STRONG, "weak": _WEAK}
    found: dict[str, list[tuple[Facet, float, str]]] = {}
    for name, group in document.items():
        for strength, weight in weights.items():
            for phrase in dict.fromkeys(f" {phrase.lstrip()}" for phrase in group[strength]):
                found.setdefault(phrase[:_KEY], []).append((Facet(name), weight, phrase))
    return {key: tuple(listed) for key, listed in found.items()}


def _lean(normalised: str) -> dict[Facet, float]:
    """What the phrases that begin at a word of the text say for each facet, 0 to 5."""
    known, seen = _phrases(), set()
    for at, character in enumerate(normalised):
        if character == " ":
            for length in range(2, _KEY + 1):
                for entry in known.get(normalised[at : at + length], ()):
                    if normalised.startswith(entry[2], at):
                        seen.add(entry)
    leaning = dict.fromkeys(Facet, 0.0)
    for facet, weight, _ in seen:
        leaning[facet] += weight
    return {facet: min(_MOST, lean) for facet, lean in leaning.items()}


def score_cues(text: str) -> dict[Facet, float]:
    """How strongly a sentence points to each facet, 0-5."""
    normalised = normalise(text)
    leaning = _lean(normalised)
    framed = score_frames(text)
    figure = 0.5 if _FIGURE.search(text) else 0.0
    for facet in (Facet.PAIN_POINTS, Facet.BUYING_MOTIVATIONS):
        framed[facet] += figure if framed[facet] >= 1 else 0.0
    frames = frames_of(text)
    leaning[Facet.AVOID] += _ASKED_OF_US if "refusal" in frames else 0.0
    leaning[Facet.RECOMMENDED_APPROACH] += _ASKED_OF_US if "request" in frames - {"refusal"} else 0.0
    return {
        facet: min(_MOST, framed[facet] + _LEAN * lean) if facet in framed else lean for facet, lean in leaning.items()
    }


def score_frames(text: str) -> dict[Facet, float]:
    """What the frames of a sentence say for the facets that rest on quotes; a question is no pain, but a doubt."""
    frames = frames_of(text)
    scores = {
        facet: sum(weight for frame, weight in weights.items() if frame in frames)
        for facet, weights in _WEIGHTS.items()
    }
    if _CONDITIONAL.search(text):
        scores[Facet.PAIN_POINTS] *= 0.6
    if "?" in text:
        scores[Facet.PAIN_POINTS] *= 0.25
        scores[Facet.BUYING_MOTIVATIONS] *= 0.5
        scores[Facet.DECISION_PATTERN] *= 0.6
        if "tough" in frames:
            scores[Facet.LIKELY_OBJECTIONS] += _TOUGH_QUESTION
    for facet, weakened in _WEAKENED.items():
        for frame, factor in weakened.items():
            scores[facet] *= factor if frame in frames else 1.0
    return scores
