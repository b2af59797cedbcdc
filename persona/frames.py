"""What a sentence does (complains, wishes, sets a condition, says who signs), by its grammar; never by a topic word.

The patterns are data (`persona/data/frames.json`), per language; they match folded text at the start of a word. A
sentence too short to tell its language is tried in all.
"""

import json
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Final

from persona.lexicon import fold, words

_SPACE: Final = re.compile(r"\s+")
_CLASS: Final = re.compile(r"<(\w+)>")
_DEPARTMENT: Final = re.compile(r"\bIT\b")  # without its capitals it would be the pronoun


@lru_cache(maxsize=1 << 13)
def frames_of(text: str) -> frozenset[str]:
    """The names of the frames of a sentence ("wish", "condition", ...), by the patterns of its language."""
    folded = _SPACE.sub(" ", fold(_DEPARTMENT.sub("itdept", text)))
    return frozenset(
        name
        for language in _languages(folded)
        for name, pattern in _patterns()[language].items()
        if pattern.search(folded)
    )


@cache
def _patterns() -> Mapping[str, Mapping[str, re.Pattern[str]]]:
    document = _document()
    return {
        language: {
            name: re.compile(r"\b(?:" + "|".join(_filled(p, document["classes"][language]) for p in patterns) + ")")
            for name, patterns in frames.items()
        }
        for language, frames in document["frames"].items()
    }


def _filled(pattern: str, classes: Mapping[str, str]) -> str:
    return _CLASS.sub(lambda found: classes[found[1]], pattern)


def _languages(folded: str) -> list[str]:
    """The language with most function words, and any equally near; all of them when none has two."""
    spoken = words(folded)
    counts = {language: sum(word in members for word in spoken) for language, members in _function_words().items()}
    best = max(counts.values())
    return [language for language, count in counts.items() if count == best or best < 2]


@cache
def _function_words() -> Mapping[str, frozenset[str]]:
    return {language: frozenset(listed.split()) for language, listed in _document()["function_words"].items()}


@cache
def _document() -> dict[str, Any]:
    text = resources.files("persona").joinpath("data/frames.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document
