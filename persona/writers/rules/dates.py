"""The days a sentence names, in the languages we read, counted from the day it was said."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Final

from persona.lexicon import fold, lexicon
from persona.turns_of_phrase import turn_of_phrase, word_list

_TOKEN: Final = re.compile(r"\d+|[^\W\d_]+")
_LONGEST_DAY: Final = 2
_SURE_NAME: Final = 5  # letters; "mar", "sat" and "may" are other words too
_WITHIN: Final = frozenset({"in", "im", "en", "a", "em"})
_WEEK: Final = timedelta(days=7)


@lru_cache(maxsize=4096)
def days_named(text: str, said: date) -> tuple[date, ...]:
    """Every day the sentence names: "3 December" nearest to when it was said, "Friday" and "the 26th" next after it.

    A month alone stands for its last day, where a preposition or its length tells it from another word.
    """
    folded = fold(text)
    tokens = _TOKEN.findall(folded)
    found = [day for at in range(len(tokens)) for day in _day_at(tokens, at, said)]
    if not found:
        found = [day for match in turn_of_phrase("day_of_month").finditer(folded) for day in _in_month(match, said)]
    found += _feasts(folded, said)
    weeks = [_of_week(int(match["week"]), said) for match in turn_of_phrase("week_number").finditer(folded)]
    soon = [said + 2 * _WEEK] if turn_of_phrase("this_week").search(folded) else []
    return (*found, *weeks, *soon)


def _day_at(tokens: Sequence[str], at: int, said: date) -> Iterator[date]:
    word = tokens[at]
    kind, _, number = _names().get(word, "").partition(":")
    before = tokens[at - 1] if at else ""
    if kind == "months":
        day = _beside(tokens, at)
        if day is None and int(number) == said.month and before in _WITHIN:
            return  # "it failed in November", said in November, is as likely over
        if day or (len(word) >= _SURE_NAME and word != "march") or before in word_list("before_months"):
            yield from _nearest(int(number), day, said, year=_year(tokens, at))
    elif kind == "weekdays" and len(word) >= _SURE_NAME and before not in word_list("any_of_them"):
        habitual = word.endswith("s") and word[:-1] in _names()
        yield from [] if habitual else [said + timedelta(days=(int(number) - 1 - said.weekday()) % 7 or 7)]


@cache
def _names() -> dict[str, str]:
    """Folded names of months and weekdays as "months:12", "weekdays:5"."""
    return dict(lexicon().dates)


def _beside(tokens: Sequence[str], at: int) -> int | None:
    """The day that stands before a month ("3rd of December", "15 de febrero") or after it ("December 3")."""
    back = [token for token in tokens[max(0, at - 3) : at] if token not in word_list("between_day_and_month")]
    near = [*back[-1:], *tokens[at + 1 : at + 2]]
    return next((int(token) for token in near if _is_day(token)), None)


def _is_day(token: str) -> bool:
    return token.isdecimal() and len(token) <= _LONGEST_DAY and 1 <= int(token) <= 31


def _year(tokens: Sequence[str], at: int) -> int | None:
    after = [token for token in tokens[at + 1 : at + 4] if token.isdecimal() and len(token) == 4]
    return int(after[0]) if after and after[0].startswith("20") else None


def _nearest(month: int, day: int | None, said: date, *, year: int | None) -> Iterator[date]:
    """The day of the year given, else of the year that brings it nearest: "in March", said in May, is over."""
    years = [year] if year else [said.year - 1, said.year, said.year + 1]
    days = [found for y in years if (found := _make(y, month, day))]
    yield from sorted(days, key=lambda found: abs(found - said))[:1]


def _make(year: int, month: int, day: int | None) -> date | None:
    if day is None:
        return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _in_month(match: re.Match[str], said: date) -> Iterator[date]:
    """The next such day of a month: "the 26th"."""
    day = int(match["day"])
    following = (said.year + said.month // 12, said.month % 12 + 1)
    days = [_make(said.year, said.month, day), _make(*following, day)]
    yield from [found for found in days if found and found >= said][:1]


def _feasts(folded: str, said: date) -> list[date]:
    """Thanksgiving (the fourth Thursday of November), Christmas and the end of the year, where named."""
    first = date(said.year, 11, 1)
    thanks = first + timedelta(days=(3 - first.weekday()) % 7) + 3 * _WEEK
    named = {"thanksgiving": thanks, "christmas": date(said.year, 12, 25), "year_end": date(said.year, 12, 31)}
    return [day for name, day in named.items() if turn_of_phrase(name).search(folded)]


def _of_week(week: int, said: date) -> date:
    """The Sunday of a calendar week, in the year that brings it nearest."""
    sundays = [date.fromisocalendar(year, min(max(week, 1), 52), 7) for year in (said.year, said.year + 1)]
    return min(sundays, key=lambda sunday: abs(sunday - said))
