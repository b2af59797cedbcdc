"""What a value of a CRM file may be: a check gives the text PostgreSQL reads, or raises ValueError with the reason."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Final
from zoneinfo import available_timezones

Check = Callable[[str], str]

# A B-tree entry is at most 2,704 bytes: an id of 255 four-byte characters fits beside the other columns of its key.
ID_LENGTH: Final = 255
# Offsets in use end at +14:00 (Line Islands); PostgreSQL reads none beyond 15:59.
_MOMENT = re.compile(r"(\d{4})-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-](0\d|1[0-4]):?[0-5]\d)?", re.ASCII)
_NUMBER = re.compile(r"(\d{1,9})(\.\d{1,9})?", re.ASCII)
_AMOUNT = re.compile(r"-?\d{1,15}(\.\d{1,9})?", re.ASCII)
_FLAGS = {"true": "true", "false": "false"}


def key(text: str) -> str:
    """An id or another text that is part of a key: 255 characters at most."""
    if len(text) > ID_LENGTH:
        raise ValueError(f"is longer than {ID_LENGTH} characters")
    return text


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


def one_of(*allowed: str) -> Check:
    """A check for a closed set of words."""
    words = frozenset(allowed)

    def check(text: str) -> str:
        if text not in words:
            raise ValueError(f"is not one of {', '.join(allowed)}")
        return text

    return check


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
