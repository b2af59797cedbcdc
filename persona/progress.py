"""What came before deals moved forward: kinds of interaction seen more often then than at other times."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from persona.metrics.intervals import exact_rate_interval
from persona.model import Deal, Direction, Kind, Preceded

WINDOW: Final = timedelta(days=14)
MIN_MOVES: Final = 8
"""Fewer steps forward, or fewer other fortnights, say nothing."""

DOUBT: Final = 0.1

Doing = tuple[Kind, Direction]


@dataclass(frozen=True, slots=True)
class Course:
    """A contact's deals, and what was done with the contact and when, by them or by us; never by a machine."""

    deals: tuple[Deal, ...]
    done: tuple[tuple[datetime, Doing], ...]


def what_preceded(courses: Sequence[Course], *, now: datetime) -> Preceded | None:
    """What stood in the 14 days before these contacts' deals moved forward, clearly more often than in any 14 days.

    It preceded, which is not to say that it caused: the lower end of the interval of its share before the steps (90 %
    for all kinds looked at together, by Bonferroni) is above its share of all fortnights of the deals. None when
    nothing is, or with fewer than 8 of either.
    """
    before = [_done(course, moved) for course in courses for deal in course.deals for moved in _moves(deal)]
    usual = [_done(course, end) for course in courses for deal in course.deals for end in _fortnights(deal, now)]
    if min(len(before), len(usual)) < MIN_MOVES:
        return None
    found: list[tuple[float, Preceded]] = []
    seen = sorted({doing for done in before for doing in done})
    for doing in seen:
        times = sum(doing in done for done in before)
        base = sum(doing in done for done in usual) / len(usual)
        lift = exact_rate_interval(times, len(before), level=1 - DOUBT / len(seen))[0] - base
        if lift > 0:
            found.append((lift, Preceded(*doing, times=times, moves=len(before), base_rate=base)))
    return max(found, key=lambda one: one[0])[1] if found else None


def _moves(deal: Deal) -> Iterator[datetime]:
    """When the deal entered a stage further on than any before; the stage it began in is none."""
    furthest: int | None = None
    for change in deal.stages:
        if furthest is not None and change.position > furthest:
            yield change.entered_at
        furthest = change.position if furthest is None else max(furthest, change.position)


def _fortnights(deal: Deal, now: datetime) -> Iterator[datetime]:
    """The ends of the deal's whole 14-day stretches, from its creation until it closed or now."""
    end, last = deal.created_at + WINDOW, min(deal.closed_at or now, now)
    while end <= last:
        yield end
        end += WINDOW


def _done(course: Course, until: datetime) -> set[Doing]:
    """What was done with the contact in the 14 days before a moment."""
    return {doing for at, doing in course.done if until - WINDOW <= at < until}
