"""What a value of a CRM file may be: a check gives the text PostgreSQL reads, or raises ValueError with the reason."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Final
from zoneinfo import available_timezones

# A B-tree entry is at most 2,704 bytes: an id of 255 four-byte characters fits beside the other columns of its key.
ID_LENGTH: Final = 255
# Offsets in use end at +14:00 (Line Islands); PostgreSQL reads none beyond 15:59.
_MOMENT = re.compile(r"(\d{4})-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-](0\d|1[0-4]):?[0-5]\d)?", re.ASCII)
_NUMBER = re.compile(r"(\d{1,9})(\.\d{1,9})?", re.ASCII)
_AMOUNT = re.compile(r"-?\d{1,15}(\.\d{1,9})?", re.ASCII)
_FLAGS = {"true": "true", "false": "false"}
_DIGITS: Final = str.maketrans("123456789", "000000000")
# The common ways to write a time, digits as zeros: in UTC, so that the year needs no second look.
_COMMON_MOMENTS: Final = frozenset({"0000-00-00T00:00:00Z", "0000-00-00T00:00:00.000Z"})


@dataclass(frozen=True, slots=True)
class Check:
    """How a value is checked, and a column at once, in which "" is unknown.

    `value` gives the text to store; it raises ValueError with the reason. `column` gives the texts to store; it raises
    ValueError when any is bad, or when they are better looked at one by one. `words` are all there are of a closed set.
    """

    value: Callable[[str], str]
    column: Callable[[Sequence[str]], Sequence[str]]
    words: tuple[str, ...] = ()


def _each(value: Callable[[str], str]) -> Check:
    """A check of columns that repeat few values: each is looked at once."""

    def column(texts: Sequence[str]) -> Sequence[str]:
        checked = {text: value(text) for text in set(texts) if text}
        if all(text == stored for text, stored in checked.items()):
            return texts
        return [text and checked[text] for text in texts]

    return Check(value, column)


def key(text: str) -> str:
    """An id or another text that is part of a key: 255 characters at most."""
    if len(text) > ID_LENGTH:
        raise ValueError(f"is longer than {ID_LENGTH} characters")
    return text


def _keys(texts: Sequence[str]) -> Sequence[str]:
    key(max(texts, key=len, default=""))
    return texts


def moment(text: str) -> str:
    """An ISO 8601 time with an offset or Z that is a year 1 to 9999 in UTC too."""
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise ValueError("is not an ISO 8601 time of the years 1 to 9999")
    if match[4] is None:
        raise ValueError("has no offset: write Z or +02:00 after the time")
    try:
        parsed = datetime.fromisoformat(text)
        if match[1] in ("0001", "9999"):
            parsed.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("is not an existing time of the years 1 to 9999") from None
    return text


def _moments(texts: Sequence[str]) -> Sequence[str]:
    known = [text for text in texts if text]
    if known and not _COMMON_MOMENTS.issuperset("\n".join(known).translate(_DIGITS).split("\n")):
        raise ValueError("are not all written in the common way")
    for text in known:
        datetime.fromisoformat(text)
    return texts


def one_of(*allowed: str) -> Check:
    """A check for a closed set of words."""
    words = frozenset(allowed)

    def word(text: str) -> str:
        if text not in words:
            raise ValueError(f"is not one of {', '.join(allowed)}")
        return text

    return replace(_each(word), words=allowed)


def flag(text: str) -> str:
    """true or false, in any case."""
    try:
        return _FLAGS[text.lower()]
    except KeyError:
        raise ValueError("is neither true nor false") from None


def count(text: str) -> str:
    """A number from zero to 999,999,999, rounded to a whole one."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise ValueError("is not a number from 0 to 999999999")
    return str(min(round(float(text)), 999_999_999)) if match[2] else match[1]


def amount(text: str) -> str:
    """A decimal number with a point, such as 1250.50."""
    if _AMOUNT.fullmatch(text) is None:
        raise ValueError("is not a number such as 1250.50")
    return text


def zone(text: str) -> str:
    """The name of an IANA time zone."""
    if text not in _zones():
        raise ValueError("is not an IANA time zone such as Europe/Berlin")
    return text


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


KEY: Final = Check(key, _keys)
MOMENT: Final = Check(moment, _moments)
FLAG: Final = _each(flag)
COUNT: Final = _each(count)
AMOUNT: Final = _each(amount)
ZONE: Final = _each(zone)
