"""Metrics from estimates: below the minimum n there is no number."""

from collections.abc import Sequence

from persona.metrics.intervals import Estimate, rate
from persona.model import Metric


def estimated(
    name: str, estimate: Estimate, *, unit: str, n: int, min_n: int, note: str = "", scale: float = 1.0
) -> Metric:
    """An estimate as a metric, times `scale`; without numbers below `min_n`."""
    if n < min_n or estimate.value is None:
        return Metric(name, None, unit, n, min_n, note=note)
    low = None if estimate.low is None else estimate.low * scale
    high = None if estimate.high is None else estimate.high * scale
    return Metric(name, estimate.value * scale, unit, n, min_n, low, high, note)


def share(name: str, hits: int, n: int, *, min_n: int, note: str = "") -> Metric:
    """A rate, 0-1, with Wilson's interval."""
    return estimated(name, rate(hits, n), unit="rate", n=n, min_n=min_n, note=note)


def counted(name: str, value: float, *, unit: str, n: int, min_n: int, note: str = "") -> Metric:
    """A count, which has no interval."""
    return Metric(name, float(value) if n >= min_n else None, unit, n, min_n, note=note)


def median(values: Sequence[float]) -> float:
    """The middle value, or the mean of the two in the middle."""
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
