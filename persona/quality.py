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
_PATTERNS: Final[Mapping[str, tuple[str, ...]]] = {
    "response time": ("response_time_median",),
    "frequency": ("interactions_per_30d",),
    "preferred time": ("preferred_time",),
    "preferred channel": ("preferred_channel",),
    "content": ("files_shared", "file_open_rate", "meetings_held_rate", "calls_completed_rate"),
}


def score_quality(timeline: Timeline, metrics: Mapping[str, Metric]) -> Quality:
    """The score, 0-100, as metrics.md defines it: volume 50, email engagement 20, deal history 20, patterns 10."""
    parts = (_volume(len(timeline.rows)), _engagement(timeline), _deals(timeline), _patterns(metrics))
    score = sum(part.points for part in parts)
    best = max(parts, key=lambda part: part.possible - part.points)
    gain = _gain(best, len(timeline.rows))
    if gain < 0.5:
        return Quality(score, parts)
    return Quality(score, parts, best.advice, score + gain)


def _volume(n: int) -> QualityPart:
    points = _VOLUME * min(1.0, math.log1p(n) / math.log1p(_FULL_VOLUME))
    more = max(1, min(10, _FULL_VOLUME - n))
    return QualityPart("volume", points, _VOLUME, f"log {more} more emails, calls or meetings")


def _gain(part: QualityPart, n: int) -> float:
    """Points the advice would bring: all that is missing, or for volume those of ten more interactions."""
    missing = part.possible - part.points
    if part.name != "volume":
        return missing
    return min(missing, _VOLUME * math.log1p(n + 10) / math.log1p(_FULL_VOLUME) - part.points)


def _engagement(timeline: Timeline) -> QualityPart:
    """20 x the share of our emails with tracking, 10 at least when any has it."""
    sent, tracked = len(timeline.sent), len(timeline.tracked)
    points = max(_ENGAGEMENT * tracked / sent, _ENGAGEMENT / 2) if tracked else 0.0
    advice = f"track all our emails ({tracked} of {sent} are)" if sent else "send and track emails"
    return QualityPart("email engagement", points, _ENGAGEMENT, advice)


def _deals(timeline: Timeline) -> QualityPart:
    """10 for any deal, 20 when one is closed."""
    deals = [d for d in timeline.history.deals if d.created_at <= timeline.now]
    closed = any(is_closed(d, timeline.now) for d in deals)
    advice = "log how a deal ended" if deals else "log the deals with this contact"
    return QualityPart("deal history", _DEALS if closed else _DEALS / 2 if deals else 0.0, _DEALS, advice)


def _patterns(metrics: Mapping[str, Metric]) -> QualityPart:
    """2 for each pattern that has enough data."""
    missing = [name for name, needs in _PATTERNS.items() if not any(metrics[need].enough for need in needs)]
    points = _PATTERN * (len(_PATTERNS) - len(missing))
    advice = f"log more until these show: {', '.join(missing)}"
    return QualityPart("patterns", points, _PATTERN * len(_PATTERNS), advice)
