"""Metric recovery and interval coverage: how near each figure comes to its law, how often its interval holds it.

A bound that is not given is open: no answer by now is no upper bound. What a figure below its minimum n would have
been doesn't count, for nobody is shown it.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from statistics import median

import numpy as np

from persona.metrics.deals import deal_metrics
from persona.metrics.engagement import engagement_metrics
from persona.metrics.response import response_metrics
from persona.metrics.rhythm import rhythm_metrics
from persona.metrics.timeline import Timeline, read_timeline
from persona.model import Metric
from tests.evals.people import (
    CHANNELS,
    NOW,
    WINDOWS,
    MailHabits,
    WaitLaw,
    asked_and_answered,
    at_preferred_hours,
    at_random_times,
    by_channels,
    decided_deals,
    history,
    tracked_mails,
)

Truths = dict[str, Callable[[Metric], float]]
Family = Callable[[Timeline], Iterator[Metric]]
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Recovery:
    """One metric over many people: shown for how many, held by its interval how often, off by how much."""

    name: str
    people: int
    covered: int
    error: float

    @property
    def coverage(self) -> float:
        """The share of intervals that hold the law."""
        return self.covered / self.people

    @property
    def standard_error(self) -> float:
        """Of the coverage, from having looked at so many people only."""
        return math.sqrt(self.coverage * (1 - self.coverage) / self.people)


def measure_recovery(people: int, *, seed: int) -> list[Recovery]:
    """Every metric that has an interval, over `people` latent people each. The same seed, the same people."""
    found: dict[str, list[tuple[bool, float]]] = {}
    for number, draw in enumerate((_answers, _mails, _steady, _changing, _channels, _hours, _deals)):
        rng = np.random.default_rng([seed, number])
        for _ in range(people):
            timeline, family, truths = draw(rng)
            for metric in family(timeline):
                if metric.name in truths and metric.enough:
                    found.setdefault(metric.name, []).append(_judged(metric, truths[metric.name](metric)))
    return [_recovery(name, seen) for name, seen in found.items()]


def _judged(metric: Metric, truth: float) -> tuple[bool, float]:
    low = -math.inf if metric.low is None else metric.low
    high = math.inf if metric.high is None else metric.high
    error = abs(metric.value - truth) / truth if isinstance(metric.value, float) and truth else math.nan
    return low <= truth <= high, error


def _recovery(name: str, seen: Iterable[tuple[bool, float]]) -> Recovery:
    covered, errors = zip(*seen, strict=True)
    known = [error for error in errors if not math.isnan(error)]
    return Recovery(name, len(covered), sum(covered), median(known) if known else math.nan)


Drawn = tuple[Timeline, Family, Truths]


def _answers(rng: np.random.Generator) -> Drawn:
    law = WaitLaw.draw(rng, shortest=1, longest=72, answers=rng.uniform(0.7, 1))
    sent = list(asked_and_answered(rng, law, int(rng.integers(5, 61))))
    return _timeline(sent), response_metrics, {"response_time_median": lambda _: law.overall_median}


def _mails(rng: np.random.Generator) -> Drawn:
    habits = MailHabits.draw(rng)
    sent = list(tracked_mails(rng, habits, int(rng.integers(5, 61))))
    truths: Truths = {
        "engagement_rate": lambda _: habits.engages,
        "reply_rate": lambda _: habits.replies,
        "click_rate": lambda _: habits.clicks,
        "open_rate": lambda _: habits.opens,
    }
    return _timeline(sent), engagement_metrics, truths


def _steady(rng: np.random.Generator) -> Drawn:
    per_30d, days = math.exp(rng.uniform(math.log(0.5), math.log(15))), rng.uniform(120, 720)
    return (
        _timeline(list(at_random_times(rng, per_30d, days))),
        rhythm_metrics,
        {"interactions_per_30d": lambda _: per_30d},
    )


def _changing(rng: np.random.Generator) -> Drawn:
    before, ratio = math.exp(rng.uniform(math.log(1), math.log(15))), math.exp(rng.uniform(-1.1, 1.1))
    calls = [*at_random_times(rng, before, 180, 90), *at_random_times(rng, before * ratio, 90)]
    return _timeline(calls), rhythm_metrics, {"frequency_trend": lambda _: ratio}


def _channels(rng: np.random.Generator) -> Drawn:
    shares = rng.dirichlet([2.0] * len(CHANNELS))
    made = list(by_channels(rng, list(shares), int(rng.integers(5, 61))))
    share_of = {channel.value: float(share) for channel, share in zip(CHANNELS, shares, strict=True)}
    return _timeline(made), rhythm_metrics, {"preferred_channel": lambda metric: share_of[str(metric.value)]}


def _hours(rng: np.random.Generator) -> Drawn:
    window, habit = int(rng.integers(WINDOWS)), rng.uniform(0.1, 0.9)
    made = list(at_preferred_hours(rng, window, habit, int(rng.integers(8, 61))))
    name = f"{_WEEKDAYS[window // 12]} {window % 12 * 2:02d}:00-{window % 12 * 2 + 2:02d}:00"
    chance = (1 - habit) / WINDOWS

    def lift(metric: Metric) -> float:
        return ((habit if metric.value == name else 0.0) + chance) * WINDOWS

    return _timeline(made), rhythm_metrics, {"preferred_time": lift}


def _deals(rng: np.random.Generator) -> Drawn:
    law, wins = WaitLaw.draw(rng, shortest=20, longest=200), rng.uniform(0.15, 0.85)
    made = list(decided_deals(rng, law, wins, int(rng.integers(3, 25))))
    truths: Truths = {"decision_days": lambda _: law.median, "conversion_rate": lambda _: wins}
    return read_timeline(history([], made), NOW), deal_metrics, truths


def _timeline(interactions: Iterable) -> Timeline:  # type: ignore[type-arg]
    return read_timeline(history(list(interactions)), NOW)
