"""What words mean across the languages we read, and how firmly, of whom and of how many a sentence speaks."""

import json
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

from persona.lexicon import WORD, fold, ideas, lexicon

_IN_COMPOUND: Final = 5
"""A member of this many letters is also found inside a longer word ("lager" in "zentrallager")."""
_COMPOUND: Final = 10
_CONTRACTED: Final = frozenset({"ll", "re", "ve", "d", "m"})
_HYPHEN: Final = re.compile(r"[-'’]")


@lru_cache(maxsize=1 << 16)
def meanings(word: str) -> frozenset[str]:
    """The ideas a folded word belongs to ("#price"), with its stem; empty for a function word."""
    if word in lexicon().all_stop_words or word in lexicon().negators:
        return frozenset()
    return ideas(word) | frozenset(_ideas_of(word))


@lru_cache(maxsize=4096)
def meanings_of(text: str) -> frozenset[str]:
    """All a text's words, and the parts of hyphenated ones, may mean."""
    return frozenset().union(*(meanings(part) for word in content_words(text) for part in (word, *_parts(word))))


@lru_cache(maxsize=4096)
def content_words(text: str) -> tuple[str, ...]:
    """The folded words of a text that are no function words, counted numbers, months or weekdays, in order."""
    known = lexicon()
    return tuple(
        word
        for word in _words(text)
        if meanings(word) and not word[0].isdigit() and word not in known.claimed_numbers and word not in known.dates
    )


def says(kind: str, text: str) -> bool:
    """Whether one of a kind's phrases (stance.json) stands in the text."""
    return phrases(kind).search(fold(text)) is not None


@cache
def phrases(kind: str) -> re.Pattern[str]:
    """A kind's phrases as one pattern over folded text, whole words only."""
    return re.compile(rf"(?<![\w'])(?:{'|'.join(_read('stance')[kind])})(?![\w'])")


def _words(text: str) -> Iterator[str]:
    """The folded words of a text; an elided article or pronoun ("l'équipe") is no part of its word."""
    for word in WORD.findall(fold(text)):
        head, mark, rest = word.partition("'")
        if rest in _CONTRACTED:
            yield head
            continue
        yield rest if mark and len(head) <= 2 and len(rest) > 2 else word.removesuffix("'s")


def _parts(word: str) -> list[str]:
    return _HYPHEN.split(word) if _HYPHEN.search(word) else []


def _ideas_of(word: str) -> Iterator[str]:
    exact, beginnings = _members()
    yield from exact.get(word, ())
    for length in range(3, len(word) + 1):
        yield from beginnings.get(word[:length], ())
    if len(word) >= _COMPOUND:
        for start in range(3, len(word) - _IN_COMPOUND + 1):
            for end in range(start + _IN_COMPOUND, len(word) + 1):
                yield from beginnings.get(word[start:end], ())


@cache
def _members() -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Ideas by whole word and by beginning."""
    exact: dict[str, set[str]] = {}
    beginnings: dict[str, set[str]] = {}
    for name, text in _read("ideas")["ideas"].items():
        for member in fold(text).split():
            table = beginnings if member.endswith("*") else exact
            table.setdefault(member.removesuffix("*"), set()).add(f"#{name}")
    return exact, beginnings


@cache
def _read(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(files("persona").joinpath("data", f"{name}.json").read_text("utf-8"))
    return document


@cache
def word_group(kind: str) -> frozenset[str]:
    """A kind's words (stance.json), folded."""
    return frozenset(fold(_read("stance")[kind]).split())


@cache
def hedges() -> dict[str, str]:
    """Words that deny or limit without a "not", each with its group ("ohne": "without")."""
    return {word: group for group, text in _read("stance")["hedges"].items() for word in fold(text).split()}


@cache
def opposites() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    """Pairs of groups of words that say the opposite of each other."""
    return tuple((frozenset(fold(a).split()), frozenset(fold(b).split())) for a, b in _read("stance")["opposites"])
