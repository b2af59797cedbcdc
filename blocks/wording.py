"""Numbers, times and counts as a person says them."""

from datetime import datetime
from typing import Final

DOTS: Final = {"high": "●●●", "medium": "●●○", "low": "●○○"}
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CIRCLED: Final = "❶❷❸❹❺❻❼❽❾❿"  # common fonts lack the eleventh


def number(value: float) -> str:
    """One decimal below 10 ("5.2", "5"), none above, thousands separated ("1,214")."""
    rounded = round(value, 1) if abs(value) < 10 else round(value)
    return f"{rounded:,.0f}" if rounded == int(rounded) else f"{rounded:,.1f}"


def percent(fraction: float) -> str:
    """A fraction 0-1 as "62 %"."""
    return f"{fraction * 100:.0f} %"


def hours(value: float) -> str:
    """Hours as "40 min", "5.2 h" or, from two days on, "3 days"."""
    if value < 1:
        return f"{value * 60:.0f} min"
    return f"{number(value)} h" if value < 48 else days(value / 24)


def days(value: float) -> str:
    """Days as "1 day" or "74 days"."""
    return f"{number(value)} {'day' if number(value) == '1' else 'days'}"


def count(n: int, noun: str) -> str:
    """A count with its noun: "1 interaction", "1,214 interactions"."""
    return f"{n:,} {noun if n == 1 else noun + 's'}"


def date(moment: datetime, *, now: datetime) -> str:
    """The day as "3 Oct", with the year when it isn't this one."""
    year = "" if moment.year == now.year else f" {moment.year}"
    return f"{moment.day} {_MONTHS[moment.month - 1]}{year}"


def full_date(moment: datetime) -> str:
    """The day with its year, "3 Oct 2026"."""
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def ago(moment: datetime, *, now: datetime) -> str:
    """How long ago: "today", "yesterday", "12 days ago"."""
    passed = (now.date() - moment.date()).days
    return "today" if passed <= 0 else "yesterday" if passed == 1 else f"{passed:,} days ago"


def age(moment: datetime, *, now: datetime) -> str:
    """How old: "written today", "2 days old"."""
    passed = (now.date() - moment.date()).days
    return "written today" if passed <= 0 else f"{count(passed, 'day')} old"


def month(name: str) -> str:
    """A calendar month "2026-03" as "Mar 2026"."""
    year, index = name.split("-")
    return f"{_MONTHS[int(index) - 1]} {year}"


def mark(position: int) -> str:
    """The mark of the position-th piece of evidence, from 1: ❶ to ❿, then [11]."""
    return _CIRCLED[position - 1] if position <= len(_CIRCLED) else f"[{position}]"


def confidence(level: str) -> str:
    """A confidence level as dots and, for those who can't see them, the word: "●●○ medium"."""
    return f"{DOTS[level]} {level}"


def ordinal(value: float) -> str:
    """A percentile 0-100 as "72nd"."""
    whole = round(value)
    ending = "th" if 10 <= whole % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(whole % 10, "th")
    return f"{whole}{ending}"
