"""Statistics with their uncertainty: 90 % intervals for rates, paces and censored medians."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from persona.ratings import LEAST, MOST

LEVEL: Final = 0.90
_TAIL: Final = (1 - LEVEL) / 2


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its interval; a bound is None where the data don't give one."""

    value: float | None
    low: float | None
    high: float | None


def rate(hits: float, n: int) -> Estimate:
    """hits / n with Wilson's score interval (Wilson 1927), which holds for small n and rates near 0 or 1."""
    if n == 0:
        return Estimate(None, None, None)
    z = NormalDist().inv_cdf(1 - _TAIL)
    share, spread = hits / n, z * z / n
    centre = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    return Estimate(share, max(0.0, centre - half), min(1.0, centre + half))


def mean_of_stars(n: int, total: int) -> Estimate:
    """The mean of n ratings from 1 to 5 that add up to `total`, with Wilson's interval on the scale from 0 to 1.

    A rating between the ends varies less than the yes or no that Wilson's interval is for, so it covers at least 90 %;
    unlike Student's it stays within 1 to 5 and doesn't shrink to nothing when all agree.
    """
    share = rate((total - n * LEAST) / (MOST - LEAST), n)
    return Estimate(*(bound and LEAST + (MOST - LEAST) * bound for bound in (share.value, share.low, share.high)))


def exact_rate_interval(hits: int, n: int, *, level: float) -> tuple[float, float]:
    """The exact interval of a share (Clopper and Pearson 1934), for rare hits, where Wilson's is too narrow below."""
    tail = (1 - level) / 2
    low = _beta_quantile(tail, hits, n - hits + 1) if hits else 0.0
    return low, _beta_quantile(1 - tail, hits + 1, n - hits) if hits < n else 1.0


def pace(n: int, span: float) -> Estimate:
    """n events per unit of the span from the first to the last, with the interval of a steady rate.

    The n - 1 gaps of a Poisson process add up to a gamma variable, whatever its rate, which makes the interval exact
    for a span that ends with an event (Cox and Lewis 1966). A count's own interval (Garwood 1936) would take the span
    for the time watched, which it falls short of.
    """
    if n < 2 or span <= 0:
        return Estimate(None, None, None)
    low, high = (_gamma_quantile(p, n - 1) / span for p in (_TAIL, 1 - _TAIL))
    return Estimate(n / span, low, high)


def largest_share(hits: int, n: int, *, kinds: int) -> Estimate:
    """The share of the commonest of some kinds, with an interval that allows for its having been picked as such.

    What happens to be commonest is overrated, most so when few are counted. The interval is the posterior's under
    Jeffreys' prior for shares, Dirichlet(1/2), which pulls the winner back. When one kind only was seen, 1 is possible.
    """
    if n == 0:
        return Estimate(None, None, None)
    low, high = (_beta_quantile(p, hits + 0.5, n - hits + (kinds - 1) / 2) for p in (_TAIL, 1 - _TAIL))
    return Estimate(hits / n, low, 1.0 if hits == n else high)


def censored_median(observed: Sequence[float], censored: Sequence[float]) -> Estimate:
    """The Kaplan-Meier median: the first time by which half have answered, counting those who haven't yet.

    The interval is Brookmeyer and Crowley's (1982) on the log-log scale with Greenwood's variance. The value is None
    while over half are unanswered. A test holds it to scipy.stats.ecdf, which takes two seconds to import.
    """
    if not observed:
        return Estimate(None, None, None)
    times, answered = np.unique(np.asarray(observed, dtype=float), return_counts=True)
    everyone = np.sort(np.concatenate([observed, censored]))
    waiting = everyone.size - np.searchsorted(everyone, times, side="left")
    survival = np.cumprod((waiting - answered) / waiting)
    # Where all have answered, the scale and so the bounds are undefined: nan, which is below nothing.
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.cumsum(answered / (waiting * (waiting - answered)))
        spread = NormalDist().inv_cdf(1 - _TAIL) * np.sqrt(variance) / -np.log(survival)
        low, high = (survival ** np.exp(sign * spread) for sign in (1, -1))
    return Estimate(*(_first_below(times, curve) for curve in (survival, low, high)))


def _first_below(times: NDArray[np.floating[Any]], probabilities: NDArray[np.floating[Any]]) -> float | None:
    below = np.flatnonzero(probabilities <= 0.5 + 1e-12)
    return float(times[below[0]]) if below.size else None


def _beta_quantile(p: float, a: float, b: float) -> float:
    from scipy.special import betaincinv  # half a second to import, which who reads a stored persona needn't wait

    return float(betaincinv(a, b, p))


def _gamma_quantile(p: float, shape: float) -> float:
    from scipy.special import gammaincinv  # as above

    return float(gammaincinv(shape, p))
