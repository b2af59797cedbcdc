"""Latent people: the laws a made-up contact acts by, drawn from a seed, and histories that follow them.

A law is what a metric tries to find out. What is drawn here goes straight through persona/metrics, without a database.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from persona.model import (
    Contact,
    Deal,
    Direction,
    EmailEvent,
    EventType,
    History,
    Interaction,
    Kind,
    Outcome,
)

NOW: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
CHANNELS: Final = (Kind.EMAIL, Kind.CALL, Kind.MEETING)
WINDOWS: Final = 84
_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
_LONGEST_WAIT_H: Final = 30 * 24
_DELIVERY: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class WaitLaw:
    """How long somebody takes, if they answer at all: log-normal or Weibull, with a share who never do."""

    family: str
    median: float
    shape: float
    answers: float = 1.0

    @classmethod
    def draw(cls, rng: np.random.Generator, *, shortest: float, longest: float, answers: float = 1.0) -> "WaitLaw":
        """A law with a log-uniform median between the two."""
        median = math.exp(rng.uniform(math.log(shortest), math.log(longest)))
        if rng.random() < 0.5:
            return cls("log-normal", median, rng.uniform(0.4, 1.3), answers)
        return cls("Weibull", median, rng.uniform(0.7, 1.8), answers)

    def quantile(self, share: float) -> float:
        """By when this share of those who answer have answered."""
        if self.family == "log-normal":
            from scipy.stats import norm

            return self.median * math.exp(self.shape * float(norm.ppf(share)))
        return self.median * (-math.log(1 - share) / math.log(2)) ** (1 / self.shape)

    def share_by(self, time: float) -> float:
        """The share of all questions answered within a time."""
        if time <= 0:
            return 0.0
        if self.family == "log-normal":
            within = 0.5 * (1 + math.erf(math.log(time / self.median) / (self.shape * math.sqrt(2))))
        else:
            within = 1 - math.exp(-math.log(2) * (time / self.median) ** self.shape)
        return self.answers * within

    @property
    def overall_median(self) -> float:
        """By when half of all questions are answered, the unanswered ones counted as never."""
        return self.quantile(0.5 / self.answers)

    def wait(self, rng: np.random.Generator) -> float:
        """One wait; infinite when the answer never comes."""
        return self.quantile(rng.random()) if rng.random() < self.answers else math.inf


def mail(number: int, at: datetime, direction: Direction, **fields: object) -> Interaction:
    """An email; each number is a thread of its own unless `fields` say otherwise."""
    made = Interaction(f"m{number}-{direction.value}", Kind.EMAIL, direction, at, thread_id=f"t{number}")
    return replace(made, **fields)  # type: ignore[arg-type]


def history(interactions: Sequence[Interaction], deals: Sequence[Deal] = ()) -> History:
    """A history in time order of a contact without a name of interest."""
    ordered = tuple(sorted(interactions, key=lambda i: i.occurred_at))
    return History(Contact(1, "latent", "Latent Person"), interactions=ordered, deals=tuple(deals), zone="UTC")


def asked_and_answered(rng: np.random.Generator, law: WaitLaw, n: int) -> Iterator[Interaction]:
    """n mails of ours over a year, and the answers that have come by NOW."""
    for number in range(n):
        sent = NOW - rng.uniform(0, 365) * _DAY
        yield mail(number, sent, Direction.OUTBOUND)
        wait = law.wait(rng)
        if wait < _LONGEST_WAIT_H and sent + wait * _HOUR <= NOW:
            yield mail(number, sent + wait * _HOUR, Direction.INBOUND)


@dataclass(frozen=True, slots=True)
class MailHabits:
    """Whether somebody answers, clicks and opens a tracked mail, and how often machines open it first."""

    replies: float
    clicks: float
    opens: float
    machine: float

    @classmethod
    def draw(cls, rng: np.random.Generator) -> "MailHabits":
        """Habits anywhere between hardly ever and nearly always."""
        return cls(rng.uniform(0.1, 0.9), rng.uniform(0.05, 0.6), rng.uniform(0.1, 0.9), rng.uniform(0, 1))

    @property
    def engages(self) -> float:
        """The chance that a mail gets any human reaction."""
        return 1 - (1 - self.replies) * (1 - self.clicks) * (1 - self.opens)


def tracked_mails(rng: np.random.Generator, habits: MailHabits, n: int) -> Iterator[Interaction]:
    """n tracked mails, long enough ago for every reaction to have come; machine opens are marked as hygiene does."""
    for number in range(n):
        sent = NOW - rng.uniform(40, 400) * _DAY
        events = [EmailEvent(EventType.DELIVERED, sent + _DELIVERY)]
        if rng.random() < habits.machine:
            events.append(EmailEvent(EventType.OPEN, sent + _DELIVERY, machine=True))
        if rng.random() < habits.opens:
            events.append(EmailEvent(EventType.OPEN, sent + _HOUR))
        if rng.random() < habits.clicks:
            events.append(EmailEvent(EventType.CLICK, sent + 2 * _HOUR))
        yield mail(number, sent, Direction.OUTBOUND, tracked=True, events=tuple(events))
        if rng.random() < habits.replies:
            yield mail(number, sent + 3 * _HOUR, Direction.INBOUND)


def at_random_times(rng: np.random.Generator, per_30d: float, days: float, until: float = 0.0) -> Iterator[Interaction]:
    """Calls at a steady rate, a Poisson process, from `days` ago to `until` days ago."""
    for number in range(rng.poisson(per_30d * (days - until) / 30)):
        at = NOW - rng.uniform(until, days) * _DAY
        yield Interaction(f"c{number}-{days}", Kind.CALL, Direction.OUTBOUND, at)


def by_channels(rng: np.random.Generator, shares: Sequence[float], n: int) -> Iterator[Interaction]:
    """n things the contact did, by channel."""
    for number, channel in enumerate(rng.choice(len(CHANNELS), size=n, p=shares)):
        at = NOW - rng.uniform(0, 300) * _DAY
        yield Interaction(f"i{number}", CHANNELS[channel], Direction.INBOUND, at, thread_id=f"t{number}")


def at_preferred_hours(rng: np.random.Generator, window: int, habit: float, n: int) -> Iterator[Interaction]:
    """n calls by the contact: with chance `habit` in one two-hour window of the week, else in any of the 84."""
    monday = NOW.replace(hour=0) - NOW.weekday() * _DAY
    for number in range(n):
        drawn = window if rng.random() < habit else int(rng.integers(WINDOWS))
        week = monday - 7 * int(rng.integers(1, 50)) * _DAY
        at = week + (drawn // 12) * _DAY + (drawn % 12 * 2 + rng.uniform(0, 1.99)) * _HOUR
        yield Interaction(f"h{number}", Kind.CALL, Direction.INBOUND, at)


def decided_deals(rng: np.random.Generator, law: WaitLaw, wins: float, n: int) -> Iterator[Deal]:
    """n deals, decided after the law's days or still open; won with chance `wins`."""
    for number in range(n):
        created = NOW - rng.uniform(30, 900) * _DAY
        closed = created + law.wait(rng) * _DAY
        if closed > NOW:
            yield Deal(f"d{number}", "deal", Outcome.OPEN, created)
        else:
            won = Outcome.WON if rng.random() < wins else Outcome.LOST
            yield Deal(f"d{number}", "deal", won, created, closed_at=closed)
