"""Texts as statements: clauses, what they are about and whether they deny; which of a quote's a claim speaks of."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from persona.grounding.fragments import clauses
from persona.lexicon import fold, lexicon, words
from persona.meanings import content_words, hedges, meanings, meanings_of, phrases, says, word_group

_ONE_OVER_OTHER: Final = (
    re.compile(r"(?i)\b(?:lieber|plutôt|plutot|más bien)\s+(.{3,80}?)\s+(?:als|qu['’]|que\s)"),
    re.compile(r"(?i)\b(prefer\w*\s+.{2,60}?)\s+(?:to|over)\s+"),
)

_UN: Final = re.compile(r"(?:un|im|in|ir)\w{4,}(?:able|ible|ed|bar|lich)")
_PART: Final = re.compile(r"[^\W_]+")
_DENIED_RELATIVE: Final = re.compile(
    r"(?<=\w)(?=\s(?:that|which|who|que|qui)\s(?:\S+\s){1,4}?(?:\w+n['’]t|not|never|cannot|no|n['’]\w+|ne)\s)"
)
"""Where a relative clause of its own denial begins: "software that staff won't use"."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One clause. `ideas` are what its words stand for, `matter` those that do more than report, with its numbers;
    `hedges` the groups of words in it that deny or limit without a "not"."""

    text: str
    ideas: frozenset[str]
    matter: frozenset[str]
    denies: bool
    hedges: frozenset[str]
    asks: bool

    @property
    def valence(self) -> int:
        """1 when it approves, -1 when it disapproves, 0 when it does neither or both; a denial turns it round."""
        found = set(words(self.text))
        good, bad = bool(found & word_group("good")), bool(found & word_group("bad"))
        return 0 if good == bad else (1 if good else -1) * (-1 if self.denies else 1)


@lru_cache(maxsize=4096)
def statements(text: str) -> tuple[Statement, ...]:
    """The statements of a text in order; "A rather than B" makes two, the second a denial."""
    return tuple(_statement(clause) for clause in clauses(_unfolded(text)))


def nearest(claim: Statement, quoted: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """Those of the quoted statements that share most ideas with the claim's; none when none shares any."""
    shared = [2 * len(claim.matter & s.ideas) + len((claim.ideas - claim.matter) & s.ideas) for s in quoted]
    most = max(shared, default=0)
    return tuple(s for s, count in zip(quoted, shared, strict=True) if count == most) if most else ()


def denies(text: str) -> bool:
    """Whether a text holds a negation: "not", "no longer", "rarely", "out of the question"."""
    return any(word in lexicon().negators for word in words(text)) or says("negation", text)


def _statement(clause: str) -> Statement:
    known, counted = hedges(), _counted(clause)
    matter = (meanings(word) for word in content_words(clause) if word not in word_group("scaffold"))
    return Statement(
        text=clause,
        ideas=meanings_of(clause) | counted,
        matter=counted.union(*matter),
        denies=denies(clause),
        hedges=frozenset(known.get(w, "un") for w in words(clause) if w in known or _UN.fullmatch(w)),
        asks=clause.rstrip(" ”\"'").endswith("?") or "whether" in clause.lower(),
    )


def _unfolded(text: str) -> str:
    """The text with "rather A than B" and "A instead of B" as "A, not B"."""
    folded = fold(text)
    if len(folded) == len(text):
        for match in reversed(list(phrases("relative_than").finditer(folded))):
            if match.start() > 2:
                text = f"{text[: match.start()].rstrip()}, not {text[match.end() :].lstrip()}"
    text = _DENIED_RELATIVE.sub(",", text)
    for pattern in _ONE_OVER_OTHER:
        text = pattern.sub(r"\1, not ", text)
    return text


def _counted(clause: str) -> frozenset[str]:
    """The numbers of a clause as ideas ("=3"), for telling the clause of one year from that of three."""
    found = {str(number) for part in _PART.findall(fold(clause)) if (number := _value(part)) is not None}
    return frozenset(f"={number}" for number in found)


def _value(part: str) -> int | None:
    if part.isdecimal():
        return int(part)
    return (
        1
        if part in {"one", "ein", "eine", "einem", "einen", "un", "une", "uno", "una"}
        else lexicon().numbers.get(part)
    )
