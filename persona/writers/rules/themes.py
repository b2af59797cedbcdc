"""What business matter a sentence is about, and how to name it in a claim; the words are in `persona/data/themes.json`."""

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from persona.model import Facet
from persona.sentences import normalise

_NEGATION: Final = re.compile(
    r"(?i)\b(?:not|no|never|without|nor|\w+n['’]?t|cannot|nicht|kein\w*|nie|ohne|ne|pas|jamais|sans|nunca|sin|tampoco)\b"
)


@dataclass(frozen=True, slots=True)
class Theme:
    """A matter buyers talk about. `labels` say it affirmatively per facet, `topic` names it without asserting anything."""

    key: str
    topic: str
    cues: tuple[str, ...]
    labels: dict[Facet, str]


@cache
def load_themes() -> tuple[Theme, ...]:
    """All themes, read once."""
    document = json.loads(resources.files("persona").joinpath("data/themes.json").read_text(encoding="utf-8"))
    return tuple(
        Theme(
            key=key,
            topic=entry["topic"],
            cues=tuple(f" {cue.lstrip()}" for cue in entry["cues"]),
            labels={Facet(name): label for name, label in entry["labels"].items()},
        )
        for key, entry in document.items()
    )


def find_theme(text: str, facet: Facet) -> Theme | None:
    """The theme with a label for the facet whose words occur most in the text; None when none does."""
    normalised = normalise(text)
    counted = [
        (sum(cue in normalised for cue in theme.cues), -order, theme)
        for order, theme in enumerate(load_themes())
        if facet in theme.labels
    ]
    best = max(counted, key=lambda entry: entry[:2], default=None)
    return best[2] if best and best[0] else None


def is_negated(text: str) -> bool:
    """Whether a sentence holds a negation, so that an affirmative label could say the opposite of it."""
    return _NEGATION.search(text) is not None
