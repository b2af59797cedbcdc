"""What words mean across the languages we read, and how firmly, of whom and of how many a sentence speaks."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

from persona.lexicon import WORD, fold, language_of, lexicon, stem

_IN_COMPOUND: Final = 5
"""A member of this many letters is also found inside a longer word ("lager" in "zentrallager")."""
_COMPOUND: Final = 8
_SHORT: Final = 5
"""A beginning of at most this many letters takes an inflection, not any ending: "plan" is not in "planet"."""
_LONGEST_PHRASE: Final = 4
_LETTERS: Final = re.compile(r"[^\W_]+")
_CONTRACTED: Final = frozenset({"ll", "re", "ve", "d", "m"})
_HYPHEN: Final = re.compile(r"[-'’]")


@lru_cache(maxsize=1 << 16)
def meanings(word: str) -> frozenset[str]:
    """The ideas a folded word belongs to ("#price"), with its stem; empty for a function word."""
    if word in lexicon().all_stop_words or word in lexicon().negators:
        return frozenset()
    return frozenset({stem(word), *_ideas_of(word)})


@lru_cache(maxsize=4096)
def meanings_of(text: str) -> frozenset[str]:
    """All a text's words, the parts of hyphenated ones and its set phrases ("mise à jour") may mean."""
    parts = (part for word in content_words(text) for part in (word, *_parts(word)))
    return frozenset().union(*map(meanings, parts), _phrases_of(text), _borrowed(text))


def _borrowed(text: str) -> Iterator[str]:
    """The ideas of function words of another language only: "mes" is a month in Spanish, my in French."""
    known = lexicon()
    own = known.stop_words[language_of(text) or "en"]
    for word in _words(text):
        if word in known.all_stop_words and word not in own:
            yield from _members()[0].get(word, ())


@lru_cache(maxsize=4096)
def content_words(text: str) -> tuple[str, ...]:
    """The folded words of a text that are no function words, counted numbers, months or weekdays, in order."""
    known = lexicon()
    return tuple(
        word
        for word in _words(text)
        if meanings(word) and not word[0].isdigit() and word not in known.claimed_numbers and word not in known.dates
    )


@lru_cache(maxsize=1024)
def members_of(word: str) -> tuple[str, ...]:
    """What means the same as a folded word in the languages we read: words, and beginnings of words."""
    ideas, (exact, beginnings) = set(_ideas_of(word)), _members()
    return tuple(member for table in (exact, beginnings) for member, known in table.items() if ideas & known)


@lru_cache(maxsize=8192)
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


def is_known(word: str) -> bool:
    """Whether a folded word is one of ours or a plain form of it, not only longer than one."""
    exact, beginnings = _members()
    plain = word.replace("ß", "ss")
    return plain in exact or any(
        plain[:end] in beginnings and (plain[end:] in word_group("inflections") or end == len(plain))
        for end in range(3, len(plain) + 1)
    )


def _ideas_of(word: str) -> Iterator[str]:
    exact, beginnings = _members()
    plain = word.replace("ß", "ss")
    yield from exact.get(plain, ())
    for end in range(3, len(plain) + 1):
        if end > _SHORT or plain[end:] in word_group("inflections") or end == len(plain) or _begins(plain[end:]):
            yield from beginnings.get(plain[:end], ())
    if len(plain) >= _COMPOUND:
        for start in range(3, len(plain) - _IN_COMPOUND + 1):
            for end in range(start + _IN_COMPOUND, len(plain) + 1):
                yield from beginnings.get(plain[start:end], ())


def _begins(rest: str) -> bool:
    """Whether the rest of a compound is a word of ours itself: "konferenz" after "video"."""
    exact, beginnings = _members()
    return rest in exact or any(rest[:end] in beginnings for end in range(_IN_COMPOUND, len(rest) + 1))


def _phrases_of(text: str) -> Iterator[str]:
    """The ideas of words that mean something only together, known as one hyphenated word."""
    exact, _ = _members()
    parts = _LETTERS.findall(fold(text))
    for start, first in enumerate(parts):
        if first not in _first_of_phrases():
            continue
        for end in range(start + 2, min(start + _LONGEST_PHRASE, len(parts)) + 1):
            yield from exact.get("-".join(parts[start:end]), ())


@lru_cache(maxsize=4096)
def bound_words(text: str) -> dict[str, frozenset[str]]:
    """What each folded word of a text's set phrases means in them: "floor" in "shop floor"."""
    exact, parts, found = _members()[0], _LETTERS.findall(fold(text)), dict[str, frozenset[str]]()
    for start, first in enumerate(parts):
        if first in _first_of_phrases():
            for end in range(start + 2, min(start + _LONGEST_PHRASE, len(parts)) + 1):
                ideas = frozenset(exact.get("-".join(parts[start:end]), ()))
                found |= {word: found.get(word, frozenset()) | ideas for word in parts[start:end] if ideas}
    return found


@cache
def _first_of_phrases() -> frozenset[str]:
    return frozenset(member.partition("-")[0] for member in _members()[0] if "-" in member)


@cache
def _members() -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Ideas by whole word and by beginning."""
    exact: dict[str, set[str]] = {}
    beginnings: dict[str, set[str]] = {}
    for name, text in _read("ideas")["ideas"].items():
        for member in fold(text).split():
            table = beginnings if member.endswith("*") else exact
            table.setdefault(member.removesuffix("*").replace("ß", "ss"), set()).add(f"#{name}")
    return exact, beginnings


@cache
def _read(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(files("persona").joinpath("data", f"{name}.json").read_text("utf-8"))
    return document


@cache
def word_group(kind: str) -> frozenset[str]:
    """A kind's words (stance.json), folded."""
    return frozenset(fold(_read("stance")[kind]).split())


def narrower(word: str) -> frozenset[str]:
    """The ideas a general folded word may stand for, not the other way round: who writes makes contact."""
    return _general().get(word, frozenset())


@cache
def _general() -> dict[str, frozenset[str]]:
    return {
        word: frozenset(f"#{name}" for name in names.split())
        for text, names in _read("stance")["general"].items()
        for word in text.split()
    }


@cache
def kinds() -> tuple[frozenset[str], ...]:
    """Groups of ideas of one kind, none of which can stand for another: parts of the day, trades, departments."""
    return tuple(frozenset(f"#{name}" for name in text.split()) for text in _read("stance")["kinds"])


@cache
def common(kind: frozenset[str]) -> frozenset[str]:
    """The ideas that several of a kind have in common, which tell none from another: summer and winter are seasons."""
    held = Counter(idea for name in kind for idea in meanings(name.removeprefix("#")))
    return frozenset(idea for idea, times in held.items() if times > 1) - kind


@cache
def liking() -> frozenset[str]:
    """Ideas one of which stands in any words that show a liking, a wish or a request."""
    return frozenset(f"#{name}" for name in _read("stance")["liking_ideas"].split())


@cache
def hedges() -> dict[str, str]:
    """Words that deny or limit without a "not", each with its group ("ohne": "without")."""
    return {word: group for group, text in _read("stance")["hedges"].items() for word in fold(text).split()}


@cache
def opposites() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    """Pairs of groups of words that say the opposite of each other."""
    return tuple((frozenset(fold(a).split()), frozenset(fold(b).split())) for a, b in _read("stance")["opposites"])
