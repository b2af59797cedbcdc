"""Turns of phrase by what they give away ("retraction", "wish", "refusal"), in the languages we read; kept as data."""

import json
import re
from functools import cache
from importlib import resources
from typing import Any


@cache
def turn_of_phrase(name: str) -> re.Pattern[str]:
    """Any of the named turns, without regard to case; ^ and $ match at lines. Raises KeyError for an unknown name."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in _document()["patterns"][name]), re.I | re.M)


@cache
def word_list(name: str) -> frozenset[str]:
    """The words of a named list. Raises KeyError for an unknown name."""
    return frozenset(_document()["words"][name].split())


def is_negated(text: str) -> bool:
    """Whether a sentence holds a negation, so that an affirmative label could say the opposite of it."""
    return turn_of_phrase("negation").search(text) is not None


def is_of_another(text: str) -> bool:
    """Whether a sentence tells of a third person alone, or quotes one: no "we" or "our" makes it the speaker's too."""
    return turn_of_phrase("quotes_another").search(text) is not None or (
        turn_of_phrase("third_person").search(text) is not None and turn_of_phrase("first_person").search(text) is None
    )


@cache
def _document() -> dict[str, Any]:
    text = resources.files("persona").joinpath("data/turns_of_phrase.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document
