"""What business matter a sentence is about, and how a claim names it; the words are in `persona/data/themes.json`."""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources

from persona.frames import frames_of
from persona.model import Facet
from persona.sentences import normalise


@dataclass(frozen=True, slots=True)
class Theme:
    """A matter buyers talk about. `labels` assert something of it per facet, `topic` only names it.

    Where `frames` are given for a facet, one of them must hold: what a sentence does decides, not its words.
    """

    key: str
    topic: str
    cues: tuple[str, ...]
    labels: dict[Facet, str]
    frames: dict[Facet, frozenset[str]]

    def is_worded(self, text: str) -> bool:
        """Whether a word of the theme stands in the text, beside what the text does."""
        normalised = normalise(text)
        return any(cue in normalised for cue in self.cues)


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
            frames={Facet(name): frozenset(listed) for name, listed in entry.get("frames", {}).items()},
        )
        for key, entry in document.items()
    )


def find_theme(text: str, facet: Facet) -> Theme | None:
    """The theme with a label for the facet whose frames or words fit the text best; None when none does."""
    normalised, frames = normalise(text), frames_of(text)
    counted = [
        (_fit(theme, facet, normalised, frames), -order, theme)
        for order, theme in enumerate(load_themes())
        if facet in theme.labels
    ]
    best = max(counted, key=lambda entry: entry[:2], default=None)
    return best[2] if best and best[0] else None


def _fit(theme: Theme, facet: Facet, normalised: str, frames: frozenset[str]) -> int:
    words = sum(cue in normalised for cue in theme.cues)
    needed = theme.frames.get(facet)
    if needed is None:
        return words
    return words + 1 if needed & frames else 0
