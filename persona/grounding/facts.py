"""Numbers, money, percentages, dates and names of a claim: each must stand in its evidence or the contact's record."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from persona.lexicon import fold, ideas, lexicon, words
from persona.model import Contact, Evidence, Metric

Number = tuple[float, str]
"""A value and its unit: "%", "money" or "" for any other."""

_NUMBER: Final = re.compile(
    r"(?<![\w.,])(?P<before>[$€£¥]|(?:USD|EUR|GBP|CHF)\s?)?"
    r"(?P<digits>\d{1,3}(?:[.,'’\u00a0\u202f ]\d{3})+(?!\d)(?:[.,]\d{1,2}(?!\d))?|\d+(?:[.,:]\d+)?)"
    r"\s?(?P<after>%|[$€£]|(?:percent|per cent|pct|prozent|pour cent|por ciento|million(?:en|s)?|mio|mln|mn|bn|tsd|"
    r"thousand|tausend|mille|mil|usd|eur|euros?|dollars?|pounds|pm|[km])(?![^\W\d_]))?",
    re.IGNORECASE,
)
_CODE: Final = re.compile(r"(?<![\w.-])[^\W\d_]+\d\w*")
_NAME: Final = re.compile(r"(?<![\w'’])[^\W\d_]*[^\W\d_a-zß-öø-ÿ][^\W\d_]*(?:['’-][^\W\d_]+)*")
_SENTENCE_START: Final = re.compile(r"(?:^|[.!?:]\s+)[“\"'‘(]*")
_SCALE: Final = (
    {"k": 1e3, "tsd": 1e3, "thousand": 1e3, "tausend": 1e3, "mille": 1e3, "mil": 1e3}
    | dict.fromkeys(("m", "mio", "mln", "mn", "million", "millions", "millionen"), 1e6)
    | {"bn": 1e9}
)
_PERCENT: Final = {"%", "percent", "per cent", "pct", "prozent", "pour cent", "por ciento"}
_MONEY: Final = {"$", "€", "£", "¥", "usd", "eur", "gbp", "chf", "euro", "euros", "dollar", "dollars", "pounds"}


class Facts:
    """What a claim may name: everything its evidence and the contact's record hold."""

    def __init__(self, evidence: Iterable[Evidence], contact: Contact, figures: Iterable[Metric] = ()) -> None:
        held = tuple(evidence)
        said = "\n".join(e.quote for e in held)
        record = " ".join(str(v) for v in (contact.name, contact.title, contact.company, contact.industry) if v)
        self._numbers = set(numbers(f"{said}\n{record}")) | {(float(e.occurred_at.year), "") for e in held}
        self._units = {unit for _, unit in self._numbers}
        if contact.company_size:
            self._numbers.add((float(contact.company_size), ""))
        self._figures = [v for m in figures for v in (m.value, m.low, m.high) if isinstance(v, int | float)]
        self._said = fold(" ".join([said, record, *(e.subject for e in held)]))
        self._words = {part for word in words(self._said) for part in (word, word.removesuffix("'s"))}
        self._ideas = frozenset().union(*(ideas(word) for word in self._words))
        self._dates = _dates(said) | {f"months:{e.occurred_at.month}" for e in held}

    def missing_from(self, claim: str) -> str | None:
        """The code of the first kind of fact the claim adds to its evidence; None when it adds none."""
        if not all(self._has_number(alternatives) for alternatives in claimed_numbers(claim)):
            return "number_not_in_evidence"
        if not _dates(claim, capitals_only=True) <= self._dates:
            return "date_not_in_evidence"
        if not all(self._has_name(name) for name in names(claim)):
            return "name_not_in_evidence"
        return None

    def _has_number(self, alternatives: set[Number]) -> bool:
        if any(self._stands(value, unit) for value, unit in alternatives):
            return True
        return any(_rounds_to(value, figure) for value, _ in alternatives for figure in self._figures)

    def _stands(self, value: float, unit: str) -> bool:
        """Whether the evidence has the value: in any unit for a bare one, else in its own ("81 percent, not 93")."""
        if unit == "":
            return any((value, held) in self._numbers for held in self._units)
        return (value, unit) in self._numbers or (unit == "%" and "%" in self._units and (value, "") in self._numbers)

    def _has_name(self, name: str) -> bool:
        plain = fold(name).removesuffix("'s").removesuffix("'")
        if plain in self._words or plain in self._said or plain in lexicon().plain_capitals or plain in lexicon().dates:
            return True
        if plain + "s" in self._words or plain.removesuffix("s") in self._words:
            return True
        shared = ideas(plain) & self._ideas
        return any(idea.startswith("#") for idea in shared)


def numbers(text: str) -> Iterator[Number]:
    """Every number of a text in every way it can be read: "1.200" is 1200 and 1.2, "2 pm" is 2 and 14, "two" is 2."""
    for match in _NUMBER.finditer(text):
        yield from _readings(match)
    for spoken in _spoken(text):
        yield from ((value, "") for value in (*(float(lexicon().numbers[word]) for word in spoken), _sum(spoken)))


def claimed_numbers(claim: str) -> Iterator[set[Number]]:
    """The readings of each number a claim names; number words count from two on."""
    for match in _NUMBER.finditer(claim):
        yield set(_readings(match))
    for spoken in _spoken(claim):
        if lexicon().claimed_numbers.issuperset(spoken):
            yield {(_sum(spoken), "")}


def names(claim: str) -> Iterator[str]:
    """Capitalised words that aren't so for standing first, and codes such as "Q3" or "B2B"."""
    yield from _CODE.findall(claim)
    starts = {m.end() for m in _SENTENCE_START.finditer(claim)}
    found = list(_NAME.finditer(claim))
    for match in found:
        name = match.group()
        shouted = len(name) > 1 and name.isupper()
        inner = any(c.isupper() for c in name[1:])
        paired = any(other.start() == match.end() + 1 for other in found)
        if match.start() not in starts or shouted or inner or (paired and fold(name) not in lexicon().all_stop_words):
            yield name


def _spoken(text: str) -> Iterator[tuple[str, ...]]:
    """Runs of number words: ("thirty", "eight", "thousand")."""
    parts = [part for word in words(text) for part in word.split("-")]
    for is_number, run in groupby(parts, key=lambda part: part in lexicon().numbers):
        if is_number:
            yield tuple(run)


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


def _dates(text: str, *, capitals_only: bool = False) -> set[str]:
    """Months and weekdays as "months:3"; in a claim only capitalised ones of four letters, for "may" and "march"."""
    candidates = (m.group() for m in re.finditer(r"[^\W\d_]+", text))
    if capitals_only:
        candidates = (w for w in candidates if w[0].isupper() and len(w) > 3)
    return {lexicon().dates[fold(w)] for w in candidates if fold(w) in lexicon().dates}


def _rounds_to(value: float, figure: float) -> bool:
    """Whether a claim may say a figure so: a whole number from 1 on, else within 5 %; as a share, days or minutes."""
    return any(
        abs(value - said) <= (0.5 if value == round(value) and said >= 1 else 0.05 * abs(said))
        for said in (figure, figure * 100, (1 - figure) * 100, figure / 24, figure * 60)
    )
