"""What business matter a sentence is about, and how a claim names it; the words are in `persona/data/themes.json`."""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources

from persona.model import Facet
from persona.sentences import normalise


@dataclass(frozen=True, slots=True)
class Theme:
    """A matter buyers talk about. `labels` assert something of it per facet, `topic` only names it."""

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
