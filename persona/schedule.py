"""When what recurs is due: the newest period of a rule that has begun, in a workspace's own time zone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Monthly:
    """Each month on a day from 1 to 28, at a time of the workspace's zone."""

    day: int
    at: time


@dataclass(frozen=True, slots=True)
class Weekly:
    """Each week on a weekday, 0 being Monday, at a time of the workspace's zone."""

    weekday: int
    at: time


@dataclass(frozen=True, slots=True)
class Nightly:
    """Each day at a time of the workspace's zone."""

    at: time


@dataclass(frozen=True, slots=True)
class Hourly:
    """Each hour at a minute."""

    minute: int


Rule = Monthly | Weekly | Nightly | Hourly


@dataclass(frozen=True, slots=True)
class Period:
    """One time round: "2026-11", "2026-W47", "2026-11-23" or "2026-11-23T14Z", and when it is due (aware, UTC)."""

    name: str
    due_at: datetime


def latest_due(rule: Rule, now: datetime, time_zone: str) -> Period:
    """The newest period that is due at `now` (aware); an unknown zone is UTC.

    Where clocks go forward past the time, it is due as much later; where they go back over it, the first time.
    """
    if isinstance(rule, Hourly):
        begun = now.astimezone(UTC).replace(minute=rule.minute, second=0, microsecond=0)
        due = begun if begun <= now else begun - _HOUR
        return Period(f"{due:%Y-%m-%dT%H}Z", due)
    zone = _zone(time_zone)
    periods = (
        Period(name, datetime.combine(day, rule.at, tzinfo=zone).astimezone(UTC))
        for name, day in _days(rule, now.astimezone(zone).date())
    )
    return max((period for period in periods if period.due_at <= now), key=lambda period: (period.due_at, period.name))


def _days(rule: Monthly | Weekly | Nightly, today: date) -> Iterator[tuple[str, date]]:
    """The periods around a day, one more than can be due: names and days."""
    if isinstance(rule, Monthly):
        first = today.replace(day=1)
        for month in (first, (first - _DAY).replace(day=1)):
            yield f"{month:%Y-%m}", month.replace(day=rule.day)
    elif isinstance(rule, Weekly):
        monday = today - today.weekday() * _DAY
        for week in (monday, monday - 7 * _DAY):
            yield f"{week:%G-W%V}", week + rule.weekday * _DAY
    else:
        for back in range(3):
            day = today - back * _DAY
            yield day.isoformat(), day


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
