"""What a question about a contact asks for: a draft, who is alike, a figure, a part of the persona, or some matter."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

from persona.lexicon import fold, stem
from persona.meanings import content_words, meanings
from persona.model import Facet

_PHRASE: Final = 24
_INVERTED: Final = re.compile(r"-(?:t-)?(?:elles?|ils?|on)\b")  # "répond-elle", "pense-t-il"
_APOSTROPHES: Final = str.maketrans("’‘ʼ´`", "'''''")


class Wish(StrEnum):
    """The kinds of answer."""

    DRAFT = "draft"
    SIMILAR = "similar"
    WHO = "who"
    FIGURES = "figures"
    EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True)
class Question:
    """A question as read: the `metrics` that answer it, the `facets` it asks for, and the folded words of its topic."""

    text: str
    wish: Wish
    metrics: tuple[str, ...] = ()
    facets: tuple[Facet, ...] = ()
    topic: tuple[str, ...] = ()


def read_question(text: str, *, known: Iterable[str]) -> Question:
    """The question. `known` are the names of who is asked about and of their company, which are no topic."""
    plain = _INVERTED.sub(" ", fold(text.translate(_APOSTROPHES)).strip())
    named = frozenset(word for name in known for word in content_words(name))
    said = [word for word in content_words(plain) if word not in named]
    facets = _facets(plain, said)
    words = [word for word in said if word not in _idle_words()]
    wish = next((Wish(kind) for kind, patterns in _wishes().items() if _matches(patterns, plain)), None)
    asking = frozenset().union(*(_facet_ideas()[facet] for facet in facets)) | _ideas("idle")
    asking |= _ideas("letter") if wish is Wish.DRAFT else frozenset()
    spoken = _asking_words(plain, wish, facets)
    topic = tuple(dict.fromkeys(word for word in words if not meanings(word) & asking and word not in spoken))
    if wish in {Wish.DRAFT, Wish.SIMILAR}:
        return Question(text, wish, facets=facets, topic=topic)
    metrics = _metrics(plain, words)
    if metrics:
        return Question(text, Wish.FIGURES, metrics, facets, topic)
    if not facets and (not topic or wish is Wish.WHO):
        return Question(text, Wish.WHO)
    return Question(text, Wish.EVIDENCE, facets=facets, topic=topic)


def closeness(topic: Sequence[str], text: str) -> float:
    """How much of a topic a text speaks of, 0-1: the mean over its words of the nearest word's likeness in meaning."""
    words = content_words(text)
    return sum(max((_alike(word, other) for other in words), default=0.0) for word in topic) / max(len(topic), 1)


@lru_cache(maxsize=1 << 15)
def _alike(word: str, other: str) -> float:
    """1 for words of one stem; else the share of what either may mean that both may mean (Dice)."""
    one, two = meanings(word), meanings(other)
    if stem(word) == stem(other):
        return 1.0
    ideas, others = ({idea for idea in known if idea.startswith("#")} for known in (one, two))
    return 2 * len(ideas & others) / max(len(ideas) + len(others), 1)


def _facets(plain: str, words: Sequence[str]) -> tuple[Facet, ...]:
    """The parts of a persona asked for: by set phrases, or by what a word means."""
    said = frozenset().union(*map(meanings, words))
    return tuple(
        facet
        for facet in Facet
        if _matches(_facet_patterns().get(facet.value, ()), plain) or said & _facet_ideas()[facet]
    )


def _asking_words(plain: str, wish: Wish | None, facets: Sequence[Facet]) -> frozenset[str]:
    """The words of the set phrases that say what kind of answer is wanted, which name no matter."""
    patterns = [*_wishes().get(wish or "", ()), *(p for facet in facets for p in _facet_patterns().get(facet, ()))]
    found = (match.group() for pattern in patterns for match in pattern.finditer(plain))
    return frozenset(word for phrase in found if len(phrase) <= _PHRASE for word in content_words(phrase))


def _metrics(plain: str, words: Sequence[str]) -> tuple[str, ...]:
    """The figures asked for, when nothing is asked about that they don't measure."""
    for patterns, metrics, ideas in _figures():
        if _matches(patterns, plain) and all(meanings(word) & ideas or _in_pattern(patterns, word) for word in words):
            return metrics
    return ()


def _in_pattern(patterns: Sequence[re.Pattern[str]], word: str) -> bool:
    """Whether a word belongs to the set phrases themselves ("frequency")."""
    return any(word in pattern.pattern for pattern in patterns)


def _matches(patterns: Sequence[re.Pattern[str]], plain: str) -> bool:
    return any(pattern.search(plain) for pattern in patterns)


@cache
def _wishes() -> Mapping[str, tuple[re.Pattern[str], ...]]:
    return {kind: tuple(map(re.compile, patterns)) for kind, patterns in _read()["wishes"].items()}


@cache
def _facet_patterns() -> Mapping[str, tuple[re.Pattern[str], ...]]:
    return {facet: tuple(map(re.compile, patterns)) for facet, patterns in _read()["facet_patterns"].items()}


@cache
def _figures() -> tuple[tuple[tuple[re.Pattern[str], ...], tuple[str, ...], frozenset[str]], ...]:
    return tuple(
        (tuple(map(re.compile, group["patterns"])), tuple(group["metrics"]), _named(group["of"]))
        for group in _read()["figures"]
    )


@cache
def _facet_ideas() -> Mapping[Facet, frozenset[str]]:
    return {facet: _named(_read()["facets"].get(facet.value, "")) for facet in Facet}


@cache
def _ideas(key: str) -> frozenset[str]:
    return _named(_read()[key])


@cache
def _idle_words() -> frozenset[str]:
    return frozenset(fold(_read()["idle_words"]).split())


def _named(names: str) -> frozenset[str]:
    """Ideas by name."""
    return frozenset(f"#{name}" for name in names.split())


@cache
def _read() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(files("persona").joinpath("data", "questions.json").read_text("utf-8"))
    return document
