"""Reads the numbers of a text: each in every way it can be meant, with what it counts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Final

from persona.lexicon import fold, lexicon

Number = tuple[float, str]
"""A value and its unit: "%", "money" or "" for any other."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of a text in all its readings, and where it ends.

    `measure` is what it counts ("hours", "emails"), "" when unsaid; "n" for a number of observations, as in "(n 31)".
    """

    readings: frozenset[Number]
    measure: str
    end: int


_NUMBER: Final = re.compile(
    r"(?<![\w.,])(?P<before>[$€£¥]|(?:USD|EUR|GBP|CHF)\s?)?"
    r"(?P<digits>\d{1,3}(?:[.,'’\u00a0\u202f ]\d{3})+(?!\d)(?:[.,]\d{1,2}(?!\d))?|\d+(?:[.,:]\d+)?)"
    r"\s?(?P<after>%|[$€£]|(?:percent|per cent|pct|prozent|pour cent|por ciento|million(?:en|s)?|mio|mln|mn|bn|tsd|"
    r"thousand|tausend|mille|mil|usd|eur|euros?|dollars?|pounds|pm|[km])(?![^\W\d_]))?",
    re.IGNORECASE,
)
_PART: Final = re.compile(r"[^\W_]+")
_COUNTED: Final = re.compile(r"[\s-]*((?:e-)?[^\W\d_]+)(?:\s+([^\W\d_]+))?")
_RANGE: Final = re.compile(r"\s*(?:[-–—]|(?:to|and|or|bis|und|oder|à|et|ou|a|y|o)\s)\s*([$€£¥]?\d+(?:[.,]\d+)?|[a-z]+)")
_OBSERVED: Final = re.compile(r"\bn\s?=?\s?$")
_OR_TWO: Final = re.compile(r"\ban? (\w+) or two$")
_SCALE: Final = (
    {"k": 1e3, "tsd": 1e3, "thousand": 1e3, "tausend": 1e3, "mille": 1e3, "mil": 1e3}
    | dict.fromkeys(("m", "mio", "mln", "mn", "million", "millions", "millionen"), 1e6)
    | {"bn": 1e9}
)
_PERCENT: Final = {"%", "percent", "per cent", "pct", "prozent", "pour cent", "por ciento"}
_PERCENT_AFTER: Final = re.compile(r"\s?(?:%|percent|per cent|pct|prozent|pour cent|por ciento)(?!\w)", re.IGNORECASE)
_CURRENCY: Final = (
    dict.fromkeys(("$", "usd", "dollar", "dollars"), "$")
    | dict.fromkeys(("€", "eur", "euro", "euros"), "€")
    | dict.fromkeys(("£", "gbp", "pounds"), "£")
    | {"¥": "¥", "chf": "chf"}
)
_MONEY: Final = _CURRENCY.keys()
_MARK: Final = re.compile(r"[$€£¥]|[^\W\d_]+")


def numbers(text: str) -> Iterator[Number]:
    """Every number of a text in every way it can be read: "1.200" is 1200 and 1.2, "2 pm" is 2 and 14, "two" is 2."""
    for amount in amounts(text):
        yield from amount.readings


@lru_cache(maxsize=2048)
def amounts(text: str) -> tuple[Amount, ...]:
    """Every number of a text with what it counts; number words as their sum and each alone."""
    return tuple(_amounts(text))


def _amounts(text: str) -> Iterator[Amount]:
    for match in _NUMBER.finditer(text):
        yield _written(match, text)
    for spoken, end in _spoken(text):
        alone = {(float(lexicon().numbers[word]), "") for word in spoken}
        yield Amount(frozenset({(_sum(spoken), ""), *alone}), _measure(fold(text), end), end)


def currencies(text: str) -> frozenset[str]:
    """The currencies a text names, by their sign."""
    return frozenset(_CURRENCY[word] for word in _MARK.findall(fold(text)) if word in _CURRENCY)


def claimed_amounts(claim: str) -> Iterator[Amount]:
    """The numbers a claim names; number words count from two on, as their sum."""
    for match in _NUMBER.finditer(claim):
        yield _written(match, claim)
    for spoken, end in _spoken(claim):
        if lexicon().claimed_numbers.issuperset(spoken):
            yield _about_two(fold(claim), end) or Amount(
                frozenset({(_sum(spoken), "")}), _measure(fold(claim), end), end
            )


def _about_two(text: str, end: int) -> Amount | None:
    """ "A day or two", which is said of anything from one to three days."""
    said = _OR_TWO.search(text, 0, end)
    if said is None:
        return None
    return Amount(frozenset((value, "") for value in (1.0, 2.0, 3.0)), lexicon().measures.get(said[1], ""), end)


def _written(match: re.Match[str], text: str) -> Amount:
    """A number in digits; "50 to 73 %" makes percentages of both."""
    readings = frozenset(_readings(match))
    other_end = _RANGE.match(text, match.end())
    if other_end and _PERCENT_AFTER.match(text, other_end.end()):
        readings = frozenset((value, unit or "%") for value, unit in readings)
    observed = _OBSERVED.search(text, 0, match.start())
    return Amount(readings, "n" if observed else _measure(text, match.end()), match.end())


def _measure(text: str, end: int) -> str:
    """What is counted by a number that ends there, over a range's other end and one adjective: "4 to 5 full days"."""
    other_end = _RANGE.match(text, end)
    if other_end and (other_end[1][-1].isdigit() or fold(other_end[1]) in lexicon().numbers):
        end = other_end.end()
    counted = _COUNTED.match(text, end)
    if counted is None:
        return ""
    first, second = fold(counted[1]), fold(counted[2] or "")
    return lexicon().measures.get(second if first in lexicon().before_measures else first, "")


def _spoken(text: str) -> Iterator[tuple[tuple[str, ...], int]]:
    """Runs of number words, ("thirty", "eight", "thousand"), with where they end in the folded text."""
    folded, numbers = fold(text), lexicon().numbers
    if numbers.keys().isdisjoint(_PART.findall(folded)):
        return
    for is_number, run in groupby(_PART.finditer(folded), key=lambda part: part.group() in numbers):
        if is_number:
            found = list(run)
            yield tuple(part.group() for part in found), found[-1].end()


def _sum(spoken: tuple[str, ...]) -> float:
    """What number words come to: units and tens add up, "hundred" and more multiply what stands before them."""
    total = 0.0
    for word in spoken:
        value = float(lexicon().numbers[word])
        total = max(total, 1.0) * value if value >= 100 else total + value
    return total


def _readings(match: re.Match[str]) -> Iterator[Number]:
    digits, after = match["digits"], (match["after"] or "").lower()
    mark = (match["before"] or "").strip().lower()
    unit = "%" if after in _PERCENT else "money" if mark in _MONEY or after in _MONEY else ""
    for value in _values(digits):
        yield value * _SCALE.get(after, 1.0), unit
        if after == "pm" and value < 12:
            yield value + 12, unit


def _values(digits: str) -> set[float]:
    if ":" in digits:
        hour, minute = digits.split(":", 1)
        return {float(hour) + float(minute) / 60}
    plain = re.sub(r"['’\s]", "", digits)
    grouped = re.fullmatch(r"\d{1,3}([.,]\d{3})+([.,]\d{1,2})?", plain)
    found = {float(re.sub(r"[.,](?=\d{3})", "", plain).replace(",", "."))} if grouped else set()
    if plain.count(".") + plain.count(",") <= 1:
        found.add(float(plain.replace(",", ".")))
    return found
