"""The words by which a claim is compared with its quote: stems, shared ideas, negators, numbers and dates."""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

WORD: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_STEM_LENGTH: Final = 6
_BEGINNING: Final = 5
"""A concept's word of this many letters is also a beginning."""
_ENDINGS: Final = ("ings", "ing", "ies", "ed", "es", "ly", "en", "er", "s", "e", "y")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The word lists of persona/data/wording.json, folded to lower case without accents."""

    stop_words: Mapping[str, frozenset[str]]
    numbers: Mapping[str, int]
    claimed_numbers: frozenset[str]
    dates: Mapping[str, str]
    plain_capitals: frozenset[str]
    negators: frozenset[str]
    hedged_negation: frozenset[str]
    opposites: tuple[tuple[frozenset[str], frozenset[str]], ...]
    concepts: Mapping[str, frozenset[str]]
    concept_beginnings: Mapping[str, frozenset[str]]
    metric_topics: Mapping[str, frozenset[str]]
    readings: Mapping[str, Mapping[str, frozenset[str]]]
    measures: Mapping[str, str]
    before_measures: frozenset[str]
    shortfall: frozenset[str]
    all_stop_words: frozenset[str]


@cache
def lexicon() -> Lexicon:
    """The word lists, read once."""
    raw = json.loads(files("persona").joinpath("data", "wording.json").read_text("utf-8"))
    stop_words = {language: _fold_all(text) for language, text in raw["stop_words"].items()}
    return Lexicon(
        stop_words=stop_words,
        numbers={fold(word): value for word, value in raw["numbers"].items()},
        claimed_numbers=_fold_all(raw["claimed_numbers"]),
        dates={
            fold(word): f"{kind}:{number}"
            for kind in ("months", "weekdays")
            for number, text in enumerate(raw[kind], start=1)
            for word in text.split()
        },
        plain_capitals=_fold_all(raw["plain_capitals"]),
        negators=_fold_all(raw["negators"]),
        hedged_negation=_fold_all(raw["hedged_negation"]),
        opposites=tuple((_fold_all(a), _fold_all(b)) for a, b in raw["opposites"]),
        concepts=_by_word(raw["concepts"], at_least=1),
        concept_beginnings=_by_word(raw["concepts"], at_least=_BEGINNING),
        metric_topics={name: _fold_all(text) for name, text in raw["metric_topics"].items()},
        readings={
            metric: {reading: _fold_all(text) for reading, text in said.items()}
            for metric, said in raw["readings"].items()
        },
        measures={word: measure for measure, text in raw["measures"].items() for word in _fold_all(text)},
        before_measures=_fold_all(raw["before_measures"]),
        shortfall=_fold_all(raw["shortfall"]),
        all_stop_words=frozenset().union(*stop_words.values()),
    )


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Lower case, accents off, typographic apostrophes straight."""
    plain = text.replace("’", "'").lower()
    if plain.isascii():
        return plain
    return "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))


def words(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return WORD.findall(fold(text))


@lru_cache(maxsize=1 << 16)
def ideas(word: str) -> frozenset[str]:
    """What a folded word stands for: its stem, and the concepts it belongs to ("#price"); empty for a function word."""
    known = lexicon()
    if word in known.all_stop_words or word in known.negators:
        return frozenset()
    begun = (known.concept_beginnings.get(word[:end], frozenset()) for end in range(_BEGINNING, len(word) + 1))
    return frozenset({stem(word)}).union(known.concepts.get(word, frozenset()), *begun)


@lru_cache(maxsize=2048)
def ideas_of(text: str) -> frozenset[str]:
    """All a text's words stand for."""
    return frozenset().union(*(ideas(word) for word in words(text)), *(_parts(text)))


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """A crude stem, at most six letters, one common ending off: "migrates" meets "migration", "type" meets "typing"."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)[:_STEM_LENGTH]
    return word[:_STEM_LENGTH]


@lru_cache(maxsize=4096)
def language_of(text: str) -> str | None:
    """en, de, fr, es, it or pt by function words; None when the text is too short to tell."""
    known = lexicon()
    found = [word for word in words(text) if word in known.all_stop_words]
    counts = {name: sum(map(members.__contains__, found)) for name, members in known.stop_words.items()}
    best = max(counts, key=lambda name: counts[name])
    rivals = [count for name, count in counts.items() if name != best]
    return best if counts[best] >= 2 and counts[best] > max(rivals) else None


def _parts(text: str) -> Iterable[frozenset[str]]:
    """The ideas of the parts of hyphenated words, so that "re-key" meets "key"."""
    return (ideas(part) for word in words(text) if "-" in word for part in word.split("-"))


def _by_word(concepts: Mapping[str, str], *, at_least: int) -> dict[str, frozenset[str]]:
    """The concepts ("#price") of every word of at least so many letters."""
    found: dict[str, set[str]] = {}
    for name, text in concepts.items():
        for word in _fold_all(text):
            if len(word) >= at_least:
                found.setdefault(word, set()).add(f"#{name}")
    return {word: frozenset(names) for word, names in found.items()}


def _fold_all(text: str) -> frozenset[str]:
    return frozenset(fold(text).split())
