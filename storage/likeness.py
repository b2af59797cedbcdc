"""How well a contact fits the words somebody asked for, from 0 to 1.

All texts given are search forms (unaccented, lower case). Words may come in any order, be misspelt or cut short.
"""

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Final

from persona.model import Fit

_WORD: Final = re.compile(r"[^\W_]+")
_CONNECTING: Final = frozenset({"at", "from", "of"})
# A word's beginning ("do" for "doe", "j" for "jane") counts at least this much.
_BEGINNING: Final = 0.8
# Sets misspelt words apart from right ones: "jayne" is 0.84 of "jane", "john" 0.35.
_SHARPNESS: Final = 1.5
# What is asked must be found; how much of the name was asked for weighs less: "Jane Northwind" leaves out "Doe".
_NAME_WEIGHT: Final = 0.4
# Only the words as they stand in the name, email or company are 1.
_HIGHEST_INEXACT: Final = 0.99
# A word asked for is like one of theirs from here on: "muler" is 0.75 of "muller", "corvid" 0.1 of "northwind".
_LIKE: Final = 0.5


def fit(asked: str, *, name: str, email: str | None, company: str | None) -> Fit:
    """How a contact fits what was asked for. An address fits exactly or not at all: a wrong one is somebody else's."""
    if is_exact(asked, name=name, email=email, company=company):
        return Fit.EXACT
    wanted = _words(asked)
    if "@" in asked or not wanted:
        return Fit.PART
    theirs = {*_words(name), *_words((email or "").partition("@")[0]), *_words(company or "")}
    if theirs.issuperset(wanted):
        return Fit.WHOLE
    like = all(any(_alike(word, own) >= _LIKE for own in theirs) for word in wanted)
    return Fit.NEAR if like else Fit.PART


def is_exact(asked: str, *, name: str, email: str | None, company: str | None) -> bool:
    """Whether what is asked is the name, the email, or the name with the company ("Jane Doe at Northwind")."""
    if asked in (name, email):
        return True
    return bool(company) and _words(asked) == _words(f"{name} {company}")


def likeness(asked: str, *, name: str, email: str | None, company: str | None) -> float:
    """How well a contact fits, 0 to 0.99: each asked word's best likeness to one of theirs, longer words weighing more.

    Words of the email and the company count as much as words of the name, but a name that wasn't asked for in whole
    lowers the result by up to 40 %.
    """
    wanted, own = _words(asked), _words(name)
    if not wanted:
        return 0.0
    found = _coverage(wanted, {*own, *_words(email or ""), *_words(company or "")})
    covered = _coverage(own, wanted, begun=True)
    return min(_HIGHEST_INEXACT, found * (1 - _NAME_WEIGHT + _NAME_WEIGHT * covered))


def _words(text: str) -> list[str]:
    found: list[str] = _WORD.findall(text)
    return [word for word in found if word not in _CONNECTING] or found


def _coverage(words: Sequence[str], others: Collection[str], *, begun: bool = False) -> float:
    """Mean of each word's best likeness to one of the others, weighed by length; `begun`: the others may be cut short.

    0 when there are no words on either side.
    """
    if not words or not others:
        return 0.0
    best = (max(_alike(o, w) if begun else _alike(w, o) for o in others) * len(w) for w in words)
    return sum(best) / sum(map(len, words))


@lru_cache(maxsize=8192)
def _alike(asked: str, word: str) -> float:
    if asked == word:
        return 1.0
    ratio: float = (2 * _common(asked, word) / (len(asked) + len(word))) ** _SHARPNESS
    return max(ratio, _BEGINNING) if asked.isalpha() and word.startswith(asked) else ratio


def _common(one: str, other: str) -> int:
    """Length of the longest common subsequence, by Hyyrö's bit-parallel algorithm (2004)."""
    places: dict[str, int] = {}
    for place, letter in enumerate(one):
        places[letter] = places.get(letter, 0) | 1 << place
    everywhere = (1 << len(one)) - 1
    row = everywhere
    for letter in other:
        matched = row & places.get(letter, 0)
        row = (row + matched | row - matched) & everywhere
    return len(one) - row.bit_count()
