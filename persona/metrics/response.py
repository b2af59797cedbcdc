"""How fast emails are answered, theirs and ours, the unanswered ones counted."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from persona.metrics.intervals import Estimate, censored_median
from persona.metrics.parts import estimated, median
from persona.metrics.timeline import Timeline
from persona.model import Direction, Interaction, Metric

MIN_N: Final = 5
LONGEST_WAIT: Final = timedelta(days=30)
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Waits:
    """Hours until an answer, and hours waited so far without one (at most 30 days)."""

    answered: tuple[float, ...]
    unanswered: tuple[float, ...]

    @property
    def n(self) -> int:
        """Emails that could be answered."""
        return len(self.answered) + len(self.unanswered)


def response_metrics(timeline: Timeline) -> Iterator[Metric]:
    """response_time_median (Kaplan-Meier), the median and mean of answered ones, and our own median; hours."""
    theirs, ours = _waits(timeline, Direction.OUTBOUND), _waits(timeline, Direction.INBOUND)
    yield _kaplan_meier("response_time_median", theirs)
    yield _answered("response_time_answered_median", theirs, median)
    yield _answered("response_time_answered_mean", theirs, lambda hours: sum(hours) / len(hours))
    yield _kaplan_meier("our_response_time_median", ours)


def _kaplan_meier(name: str, waits: Waits) -> Metric:
    note = f"{len(waits.answered)} of {waits.n} answered; the others count as still waiting"
    estimate = censored_median(waits.answered, waits.unanswered)
    return estimated(name, estimate, unit="hours", n=waits.n, min_n=MIN_N, note=note)


def _answered(name: str, waits: Waits, middle: Callable[[Sequence[float]], float]) -> Metric:
    n = len(waits.answered)
    value = middle(waits.answered) if n else None
    return estimated(name, Estimate(value, None, None), unit="hours", n=n, min_n=MIN_N, note="answered emails only")


def _waits(timeline: Timeline, asked: Direction) -> Waits:
    """For each email in one direction, the time to the next one the other way in its thread."""
    answered: list[float] = []
    unanswered: list[float] = []
    for mails in timeline.threads.values():
        answer: Interaction | None = None
        for mail in reversed(mails):
            if mail.direction is not asked:
                answer = mail
                continue
            wait, came = _wait(mail, answer, timeline.now)
            (answered if came else unanswered).append(wait / _HOUR)
    return Waits(tuple(answered), tuple(unanswered))


def _wait(mail: Interaction, answer: Interaction | None, now: datetime) -> tuple[timedelta, bool]:
    if answer is not None and answer.occurred_at - mail.occurred_at <= LONGEST_WAIT:
        return answer.occurred_at - mail.occurred_at, True
    return min(LONGEST_WAIT, now - mail.occurred_at), False
