"""Whether a claim says more than its evidence: how much of the matter of each of its clauses nothing speaks of."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from persona.grounding.facts import months_and_weekdays
from persona.grounding.numbers import claimed_amounts, numbers
from persona.grounding.statements import Statement, plainly, statements
from persona.lexicon import WORD, fold, language_of, lexicon, words
from persona.meanings import (
    bound_words,
    common,
    content_words,
    kinds,
    liking,
    meanings,
    meanings_of,
    narrower,
    phrases,
    says,
    word_group,
)


@dataclass(frozen=True, slots=True)
class Shares:
    """How much of their matter a claim's first clause, those put after it, causes and further matters ("also"), and the
    whole claim may leave unsaid."""

    first: float
    added: float
    apart: float
    whole: float


SAME_LANGUAGE: Final = Shares(first=0.55, added=0.4, apart=0.34, whole=0.3)
TRANSLATED: Final = Shares(first=0.67, added=0.85, apart=0.4, whole=0.6)
"""Chosen over the claims of tests/evals/lies, and every true one of them held against other contacts' quotes."""
QUOTED_MISSING: Final = 0.9
"""The share of a clause's matter that the quoted sentences alone may leave to their neighbours."""
_LIGHT: Final = 0.4
_UNKNOWN: Final = 0.4
"""What a word counts that any paraphrase may bring, and one that we can't translate; others 1."""
_OF_MONEY: Final = frozenset({"#price", "#money"})
_WEEKEND: Final = frozenset({"#weekend"})
_WEEKEND_DAYS: Final = frozenset({"weekdays:6", "weekdays:7"})
_QUOTED: Final = re.compile(r"“([^“”]*)”|„([^„“]*)“|«([^«»]*)»|\"([^\"]*)\"")
_NONE: Final = frozenset[str]()
_MASK: Final = re.compile(r"\[\w+\]")


def says_more(claim: str, said: str, nearby: str, *, advice: bool = False) -> bool:
    """Whether too much of the claim is about what its evidence doesn't speak of.

    Of each clause some matter must stand in `said`, the sentences quoted, and most in `nearby`, those around them too;
    no word may stand for another of its kind ("retail" for "machinery"). Words of reporting ("wants") and those
    quoted verbatim weigh nothing, those of handling little ("leaves", "tool"); numbers and dates, which are checked
    elsewhere, count as said, but a number alone is no matter.
    """
    foreign = language_of(said) not in {None, language_of(claim) or "en"}
    shares = TRANSLATED if foreign else SAME_LANGUAGE
    idle = word_group("scaffold") | word_group("outreach_words") if advice else word_group("scaffold")
    if says("liking", claim) and not _likes(said):
        return True
    quoted, around = _ground(said), _ground(nearby)
    lost = total = 0.0
    spoken, heard = False, False
    for clause, allowed, strict in _clauses(unquoted(claim, said), shares):
        named = len(list(claimed_amounts(clause.text))) + len(months_and_weekdays(clause.text))
        bound = {word for word, ideas in bound_words(clause.text).items() if ideas & quoted}
        named += len(bound)
        found = (w for w in content_words(clause.text) if w not in idle and w not in bound)
        matter = {w: 1.0 if strict else _weight(w, foreign=foreign) for w in found}
        weight = sum(matter.values()) + named
        unsaid = _lost(matter, around)
        if (
            unsaid > allowed * weight
            or _lost(matter, quoted) > QUOTED_MISSING * weight
            or _puts_another(matter, quoted, around)
        ):
            return True
        lost, total = lost + unsaid, total + weight
        spoken, heard = spoken or bool(matter), heard or bool(bound) or _heard(matter, around)
    return lost > shares.whole * total or (foreign and spoken and not heard)


def _likes(said: str) -> bool:
    """Whether words show a liking, a wish or a request at all."""
    return bool(liking() & meanings_of(plainly(said))) or not word_group("liked_words").isdisjoint(words(said))


def unquoted(claim: str, said: str) -> str:
    """The claim without what it quotes verbatim from its evidence."""
    whole = _squeezed(said)
    return _QUOTED.sub(
        lambda m: " " if all(_squeezed(p) in whole for p in _MASK.split("".join(filter(None, m.groups())))) else m[0],
        claim,
    )


def _clauses(claim: str, shares: Shares) -> Iterator[tuple[Statement, float, bool]]:
    """The clauses of a claim, each with the share it may leave unsaid, and whether it is a cause or another matter."""
    first = True
    for cause, part in enumerate(phrases("cause").split(fold(claim))):
        for clause in statements(part):
            strict = cause > 0 or (not first and says("besides", clause.text))
            yield clause, shares.apart if strict else shares.first if first else shares.added, strict
            first = False


def _weight(word: str, *, foreign: bool) -> float:
    if word in word_group("light"):
        return _LIGHT
    return _UNKNOWN if foreign and not any(meaning.startswith("#") for meaning in meanings(word)) else 1.0


@lru_cache(maxsize=1024)
def _ground(said: str) -> frozenset[str]:
    """All that words speak of; a sum of money also speaks of a price, Saturday of a weekend."""
    money = _OF_MONEY if any(unit == "money" for _, unit in numbers(said)) else _NONE
    days = _WEEKEND if months_and_weekdays(said) & _WEEKEND_DAYS else _NONE
    return meanings_of(said) | meanings_of(plainly(said)) | money | days


def _lost(matter: Mapping[str, float], ground: frozenset[str]) -> float:
    """What a clause's words that are not said count together."""
    return sum(weight for word, weight in matter.items() if not _found(word, ground))


def _heard(matter: Iterable[str], ground: frozenset[str]) -> bool:
    """Whether anything but a measure ("days") is spoken of at all."""
    return any(word not in lexicon().measures and _found(word, ground) for word in matter)


def _puts_another(matter: Iterable[str], quoted: frozenset[str], around: frozenset[str]) -> bool:
    """Whether a word that nothing speaks of is of one kind with what is said, and that the claim doesn't speak of."""
    instead = quoted.difference(*map(meanings, matter))
    return any(
        meanings(word) & kind and instead & kind and not _found(word, around - common(kind))
        for word in matter
        for kind in kinds()
    )


def _found(word: str, ground: frozenset[str]) -> bool:
    return any((meanings(part) | narrower(part)) & ground for part in (word, *word.split("-")))


def _squeezed(text: str) -> str:
    return " ".join(WORD.findall(fold(text)))
