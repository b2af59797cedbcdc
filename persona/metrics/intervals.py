"""Statistics with their uncertainty: 90 % intervals for rates, paces and censored medians."""

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy import stats

LEVEL: Final = 0.90


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its interval; a bound is None where the data don't give one."""

    value: float | None
    low: float | None
    high: float | None


def rate(hits: int, n: int) -> Estimate:
    """hits / n with Wilson's score interval (Wilson 1927), which holds for small n and rates near 0 or 1."""
    if n == 0:
        return Estimate(None, None, None)
    z = float(stats.norm.ppf(1 - (1 - LEVEL) / 2))
    share, spread = hits / n, z * z / n
    centre = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    return Estimate(share, max(0.0, centre - half), min(1.0, centre + half))


def exact_rate_interval(hits: int, n: int, *, level: float) -> tuple[float, float]:
    """The exact interval of a share (Clopper and Pearson 1934), for rare hits, where Wilson's is too narrow below."""
    tail = (1 - level) / 2
    low = float(stats.beta.ppf(tail, hits, n - hits + 1)) if hits else 0.0
    return low, float(stats.beta.ppf(1 - tail, hits + 1, n - hits)) if hits < n else 1.0


def pace(n: int, span: float) -> Estimate:
    """n events per unit of the span from the first to the last, with the interval of a steady rate.

    The n - 1 gaps of a Poisson process add up to a gamma variable, whatever its rate, which makes the interval exact
    for a span that ends with an event (Cox and Lewis 1966). A count's own interval (Garwood 1936) would take the span
    for the time watched, which it falls short of.
    """
    if n < 2 or span <= 0:
        return Estimate(None, None, None)
    tail = (1 - LEVEL) / 2
    low, high = (float(stats.chi2.ppf(share, 2 * (n - 1))) / 2 / span for share in (tail, 1 - tail))
    return Estimate(n / span, low, high)


def largest_share(hits: int, n: int, *, kinds: int) -> Estimate:
    """The share of the commonest of some kinds, with an interval that allows for its having been picked as such.

    What happens to be commonest is overrated, most so when few are counted. The interval is the posterior's under
    Jeffreys' prior for shares, Dirichlet(1/2), which pulls the winner back. When one kind only was seen, 1 is possible.
    """
    if n == 0:
        return Estimate(None, None, None)
    tail = (1 - LEVEL) / 2
    low, high = (float(stats.beta.ppf(p, hits + 0.5, n - hits + (kinds - 1) / 2)) for p in (tail, 1 - tail))
    return Estimate(hits / n, low, 1.0 if hits == n else high)


def censored_median(observed: Sequence[float], censored: Sequence[float]) -> Estimate:
    """The Kaplan-Meier median: the first time by which half have answered, counting those who haven't yet.

    The interval is Brookmeyer and Crowley's on the log-log scale. The value is None while over half are unanswered.
    """
    if not observed:
        return Estimate(None, None, None)
    data = stats.CensoredData(uncensored=np.asarray(observed), right=np.asarray(censored))
    survival = stats.ecdf(data).sf
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # the interval is undefined before the first and after the last
        # scipy's stubs take the bounds, which are curves like `survival`, for numbers.
        bounds: Any = survival.confidence_interval(confidence_level=LEVEL, method="log-log")
    times = np.asarray(survival.quantiles)
    value, low, high = (_first_below(times, curve.probabilities) for curve in (survival, bounds.low, bounds.high))
    return Estimate(value, low, high)


def _first_below(times: np.ndarray, probabilities: np.ndarray) -> float | None:
    below = np.flatnonzero(probabilities <= 0.5 + 1e-12)
    return float(times[below[0]]) if below.size else None
