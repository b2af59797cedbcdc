"""The data quality score: how much there is to go on for one contact, and what would raise it most."""

import math
from collections.abc import Mapping
from typing import Final

from persona.metrics.deals import is_closed
from persona.metrics.timeline import Timeline
from persona.model import Metric, Quality, QualityPart

_VOLUME: Final = 50.0
_FULL_VOLUME: Final = 50
_ENGAGEMENT: Final = 20.0
_DEALS: Final = 20.0
_PATTERN: Final = 2.0
_MORE: Final = 10
_PATTERNS: Final[Mapping[str, tuple[str, ...]]] = {
    "response time": ("response_time_median",),
    "frequency": ("interactions_per_30d",),
    "preferred time": ("preferred_time",),
    "preferred channel": ("preferred_channel",),
    "content": ("files_shared", "file_open_rate", "meetings_held_rate", "calls_completed_rate"),
}

Step = tuple[QualityPart, float]
"""A part, and the points its advice would bring; as many as ten more emails, calls or meetings would, at most."""


def score_quality(timeline: Timeline, metrics: Mapping[str, Metric]) -> Quality:
    """The score, 0-100, as metrics.md defines it: volume 50, email engagement 20, deal history 20, patterns 10."""
    steps = (_volume(len(timeline.rows)), _engagement(timeline), _deals(timeline), _patterns(metrics))
    parts = tuple(part for part, _ in steps)
    score = sum(part.points for part in parts)
    best, gain = max(steps, key=lambda step: step[1])
    if gain < 0.5:
        return Quality(score, parts)
    return Quality(score, parts, best.advice, score + gain)


def _volume(n: int) -> Step:
    points = _volume_points(n)
    more = max(1, min(_MORE, _FULL_VOLUME - n))
    part = QualityPart("volume", points, _VOLUME, f"log {more} more emails, calls or meetings")
    return part, _volume_points(n + more) - points


def _volume_points(n: int) -> float:
    return _VOLUME * min(1.0, math.log1p(n) / math.log1p(_FULL_VOLUME))


def _engagement(timeline: Timeline) -> Step:
    sent, tracked = len(timeline.sent), len(timeline.tracked)
    points = _engagement_points(sent, tracked)
    now_tracked = f" ({tracked} of {sent} are so far)" if sent else ""
    part = QualityPart("email engagement", points, _ENGAGEMENT, f"track our next {_MORE} emails{now_tracked}")
    return part, _engagement_points(sent + _MORE, tracked + _MORE) - points


def _engagement_points(sent: int, tracked: int) -> float:
    """20 x the share of our emails with tracking, 10 at least when any has it."""
    return max(_ENGAGEMENT * tracked / sent, _ENGAGEMENT / 2) if tracked else 0.0


def _deals(timeline: Timeline) -> Step:
    """10 for any deal, 20 when one is closed."""
    deals = [d for d in timeline.history.deals if d.created_at <= timeline.now]
    closed = any(is_closed(d, timeline.now) for d in deals)
    points = _DEALS if closed else _DEALS / 2 if deals else 0.0
    advice = "log how a deal ended" if deals else "log a deal with this contact, and how it ended"
    return QualityPart("deal history", points, _DEALS, advice), _DEALS - points


def _patterns(metrics: Mapping[str, Metric]) -> Step:
    """2 for each pattern that has enough data. More rows help only where they are what is lacking."""
    missing = [name for name, needs in _PATTERNS.items() if not any(metrics[need].enough for need in needs)]
    lacking = [name for name in missing if any(metrics[need].n < metrics[need].min_n for need in _PATTERNS[name])]
    points = _PATTERN * (len(_PATTERNS) - len(missing))
    advice = f"log more until these show: {', '.join(lacking)}"
    return QualityPart("patterns", points, _PATTERN * len(_PATTERNS), advice), _PATTERN * len(lacking)
