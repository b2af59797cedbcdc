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
    re.compile(r"(?i)\b(?:sooner|rather)\s+(?!than\s)(.{3,80}?)\s+than\s+"),
    re.compile(
        r"(?i)\b(?:conv[ei]n\w*|überzeug\w*|gustan?|interes\w*|trust|me\s+parlent?)\s+(?:\w+\s+)?"
        r"(?:más|more|mehr|plus|di più|mais)\s+"
        r"(.{2,60}?)\s+(?:que|qu['’]|than|als|di|do que)\s*"
    ),
    re.compile(r"(?i)\b(prefer\w*\s+(?!to\s).{2,60}?)\s+(?:to|over)\s+"),
    re.compile(
        r"(?i)\b(pr[eé]f[eéè]r\w*\s+(?!\w+(?:er|ir|re)\s).{2,60}?)\s+(?:à|aux?|al?|alla|agli|alle|all['’]|ao|aos|às)\s+"
    ),
    re.compile(r"(?i)\b(prefier\w+\s+(?!\w+[aei]r\s).{2,60}?)\s+(?:al?)\s+"),
    re.compile(r"(?i)\b(prefir\w+\s+(?!\w+[aei]r\s).{2,60}?)\s+(?:ao?s?|às?|do que)\s+"),
)

_UN: Final = re.compile(
    r"un(?!der|it)\w{2,}(?:able|ible|ed|bar|lich)|(?:im|in|ir)\w{2,}(?:able|ible|avel|ivel|abile|ibile)"
)
_NOT_UN: Final = re.compile(
    r"\b(?:is|are|was|were|be)(?:n't| not| never)\s+(?:too\b|(?:\w+\s+)?un(?!der|it)\w{4,}|out of the question)"
)
_PART: Final = re.compile(r"\d{1,3}(?:[.,'’\u00a0\u202f ]\d{3})+(?!\d)|[^\W_]+")
_PLAIN: Final = {"understated_praise": "satisfied", "said_no": "refuse"}
_GROUPS: Final = re.compile(r"(?<=\d)[.,'’\u00a0\u202f ](?=\d{3})")
_DENIED_RELATIVE: Final = re.compile(
    r"(\w+)(?=\s(?:that|which|who|what|how|que|qui|was|wie|che)\s(?:\S+\s){1,4}?(?:\w+n['’]t|not|never|cannot|no|n['’]\w+|ne)\s)"
)
"""Where a relative clause of its own denial begins: "software that staff won't use"."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One clause. `ideas` are what all its words stand for; `matter` those of each word that does more than report and
    of each number, `idle` those of the others; `hedges` the groups of words that deny or limit without a "not"."""

    text: str
    ideas: frozenset[str]
    matter: tuple[frozenset[str], ...]
    idle: tuple[frozenset[str], ...]
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
    return tuple(_statement(clause) for clause in clauses(_unfolded(plainly(text))))


@lru_cache(maxsize=4096)
def plainly(text: str) -> str:
    """The text with set phrases of denial that deny nothing said plainly: "can't complain" is "satisfied", "told me no"
    is "refused"."""
    folded = fold(text)
    if len(folded) != len(text):
        return text
    found = [(m.span(), word) for kind, word in _PLAIN.items() for m in phrases(kind).finditer(folded)]
    for (start, end), word in sorted(found, reverse=True):
        text = f"{text[:start]}{word}{text[end:]}"
    return text


def nearest(claim: Statement, quoted: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """Those of the quoted statements that speak of most of the claim's words; none when none speaks of any."""
    shared = [
        2 * sum(bool(word & s.ideas) for word in claim.matter) + sum(bool(word & s.ideas) for word in claim.idle)
        for s in quoted
    ]
    most = max(shared, default=0)
    return tuple(s for s, count in zip(quoted, shared, strict=True) if count == most) if most else ()


def denies(text: str) -> bool:
    """Whether a text holds a negation: "not", "no longer", "rarely", "out of the question"."""
    return any(word in lexicon().negators for word in words(text)) or says("negation", text)


def negations(text: str) -> int:
    """How often a text says "not" or a word like it; "not unavailable" says it twice."""
    return sum(word in lexicon().negators for word in words(text)) + len(_NOT_UN.findall(fold(text)))


def _statement(clause: str) -> Statement:
    known, counted = hedges(), _counted(clause)
    found, scaffold = content_words(clause), word_group("scaffold")
    return Statement(
        text=clause,
        ideas=meanings_of(clause) | counted,
        matter=(*(meanings(w) for w in found if w not in scaffold), *(frozenset({number}) for number in counted)),
        idle=tuple(meanings(w) for w in found if w in scaffold),
        denies=denies(clause),
        hedges=frozenset(known.get(w, "un") for w in words(clause) if w in known or _UN.fullmatch(w)),
        asks=clause.rstrip(" ”\"'").endswith("?") or "whether" in clause.lower(),
    )


def _unfolded(text: str) -> str:
    """The text with "rather A than B" and "A instead of B" as "A, not B"."""
    folded = fold(text)
    if len(folded) == len(text):
        for match in reversed(list(phrases("relative_than").finditer(folded))):
            before = text[: match.start()].rstrip()
            text = f"{before}{',' if before else ''} not {text[match.end() :].lstrip()}"
    text = _DENIED_RELATIVE.sub(lambda m: m[0] if says("that_follows", m[1]) else f"{m[0]},", text)
    for pattern in _ONE_OVER_OTHER:
        text = pattern.sub(r"\1, not ", text)
    return text


def _counted(clause: str) -> frozenset[str]:
    """The numbers of a clause as ideas ("=3"), for telling the clause of one year from that of three."""
    found = {str(number) for part in _PART.findall(fold(clause)) if (number := _value(part)) is not None}
    return frozenset(f"={number}" for number in found)


def _value(part: str) -> int | None:
    digits = _GROUPS.sub("", part)
    if digits.isdecimal():
        return int(digits)
    return (
        1
        if part in {"one", "ein", "eine", "einem", "einen", "un", "une", "uno", "una"}
        else lexicon().numbers.get(part)
    )
