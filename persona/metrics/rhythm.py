"""How often, when and by which channel the contact acts, and whether they have gone quiet."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from persona.metrics.engagement import replied_mails
from persona.metrics.intervals import LEVEL, exact_rate_interval, largest_share, pace, rate
from persona.metrics.parts import counted, estimated, median
from persona.metrics.timeline import Timeline, days_between
from persona.model import Interaction, Metric

MIN_N: Final = 5
MIN_ACTIONS: Final = 8
MIN_GAPS: Final = 6
_QUARTER: Final = timedelta(days=90)
_WINDOWS: Final = 7 * 12
_CHANNELS: Final = 3  # email, call and meeting
_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def rhythm_metrics(timeline: Timeline) -> Iterator[Metric]:
    """total_interactions, interactions_90d, frequency and its trend, preferred time and channel, going quiet."""
    total, recent = len(timeline.rows), _between(timeline, _QUARTER, timedelta())
    kinds = Counter(row.kind.value for row in timeline.rows)
    note = ", ".join(f"{n} {kind}" for kind, n in kinds.most_common())
    yield counted("total_interactions", total, unit="interactions", n=total, min_n=1, note=note)
    yield counted("interactions_90d", recent, unit="interactions", n=total, min_n=1, note="last 90 days")
    yield _frequency(timeline)
    yield _trend(recent, _between(timeline, 2 * _QUARTER, _QUARTER))
    yield _preferred_time(timeline)
    yield _preferred_channel(timeline)
    yield _going_quiet(timeline)


def _between(timeline: Timeline, earliest: timedelta, latest: timedelta) -> int:
    """Rows later than `earliest` ago and not later than `latest` ago."""
    return sum(timeline.now - earliest < row.occurred_at <= timeline.now - latest for row in timeline.rows)


def _frequency(timeline: Timeline) -> Metric:
    n = len(timeline.rows)
    span = days_between(timeline.rows[0].occurred_at, timeline.rows[-1].occurred_at) if n else 0.0
    if span <= 0:
        return Metric("interactions_per_30d", None, "interactions", n, MIN_N, note="no span of time to count over")
    note = f"over {span:.0f} days between the first and the last"
    found = pace(n, span / 30)
    return estimated("interactions_per_30d", found, unit="interactions", n=n, min_n=MIN_N, note=note)


def _trend(recent: int, before: int) -> Metric:
    """The ratio of two counts, with the interval of the share it comes from."""
    n = recent + before
    note = f"{recent} in the last 90 days, {before} in the 90 before"
    if before == 0 or n < MIN_N:
        return Metric("frequency_trend", None, "ratio", n, MIN_N, note=note)
    part = rate(recent, n)
    odds = [None if p is None or p >= 1 else p / (1 - p) for p in (part.low, part.high)]
    return Metric("frequency_trend", recent / before, "ratio", n, MIN_N, odds[0], odds[1], note)


def _preferred_time(timeline: Timeline) -> Metric:
    """The busiest two-hour window of a week, when it is busier than chance.

    It is when the exact interval of its lift over uniform excludes 1 even widened for having looked at 84 windows
    (Bonferroni), so that at most one in twenty contacts who act at random is given a preferred time. The interval shown
    is the lift's own, without the widening.
    """
    zone = _zone(timeline.history.zone)
    moments = [row.occurred_at.astimezone(zone) for row in timeline.by_contact]
    n = len(moments)
    windows = Counter((m.weekday(), m.hour // 2) for m in moments)
    where = f"hours in {zone.key}, the {timeline.history.zone_source}'s"
    if n < MIN_ACTIONS:
        return Metric("preferred_time", None, "window", n, MIN_ACTIONS, note=where)
    (weekday, slot), hits = min(windows.items(), key=lambda item: (-item[1], item[0]))
    surely, _ = exact_rate_interval(hits, n, level=1 - (1 - LEVEL) / _WINDOWS)
    if surely * _WINDOWS <= 1:
        return Metric("preferred_time", None, "window", n, MIN_ACTIONS, note=f"no window stands out; {where}")
    (hours, in_hours) = Counter(slot for _, slot in windows.elements()).most_common(1)[0]
    found = rate(hits, n)
    lifted = f"{hits} of {n} actions, {hits / n * _WINDOWS:.0f} times chance"
    note = f"{lifted}; {_clock(hours)} on any day: {in_hours}; {where}"
    low, high = (None if bound is None else bound * _WINDOWS for bound in (found.low, found.high))
    return Metric("preferred_time", f"{_WEEKDAYS[weekday]} {_clock(slot)}", "window", n, MIN_ACTIONS, low, high, note)


def _preferred_channel(timeline: Timeline) -> Metric:
    n = len(timeline.by_contact)
    channels = Counter(row.kind.value for row in timeline.by_contact).most_common()
    if n < MIN_N:
        return Metric("preferred_channel", None, "channel", n, MIN_N)
    (channel, hits), found = channels[0], largest_share(channels[0][1], n, kinds=_CHANNELS)
    sent, replied = len(timeline.sent), len(replied_mails(timeline))
    shares = ", ".join(f"{name} {count / n:.0%}" for name, count in channels)
    note = f"{shares}; {hits} of {n} actions" + (f"; answers {replied} of {sent} emails" if sent else "")
    return Metric("preferred_channel", channel, "channel", n, MIN_N, found.low, found.high, note)


def quiet_from(timeline: Timeline) -> datetime | None:
    """When the silence after the contact's last action is longer than nine in ten of their gaps; None with few gaps."""
    gaps = _gaps(timeline.by_contact)
    return timeline.by_contact[-1].occurred_at + _longest_usual(gaps) if len(gaps) >= MIN_GAPS else None


def _longest_usual(gaps: Sequence[float]) -> timedelta:
    return timedelta(days=float(np.percentile(gaps, 90)))


def _going_quiet(timeline: Timeline) -> Metric:
    gaps = _gaps(timeline.by_contact)
    if len(gaps) < MIN_GAPS:
        return Metric("going_quiet_days", None, "days", len(gaps), MIN_GAPS)
    since = days_between(timeline.by_contact[-1].occurred_at, timeline.now)
    limit = _longest_usual(gaps) / timedelta(days=1)
    note = f"usual gap {median(gaps):.0f} days, nine in ten under {limit:.0f}" + ("; quiet" if since > limit else "")
    return Metric("going_quiet_days", since, "days", len(gaps), MIN_GAPS, note=note)


def _gaps(rows: Sequence[Interaction]) -> list[float]:
    return [days_between(a.occurred_at, b.occurred_at) for a, b in pairwise(rows)]


def _clock(slot: int) -> str:
    return f"{slot * 2:02d}:00-{slot * 2 + 2:02d}:00"


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
