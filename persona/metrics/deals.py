"""How deals with the contact go: how fast they are decided, how often won, how they move."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final

from persona.metrics.intervals import censored_median
from persona.metrics.parts import counted, estimated, median, share
from persona.metrics.timeline import Timeline, days_between
from persona.model import Deal, Metric, Outcome

MIN_DEALS: Final = 2
MIN_CLOSED: Final = 3


def deal_metrics(timeline: Timeline) -> Iterator[Metric]:
    """decision_days, conversion_rate, stages_per_30d and days_in_stage."""
    deals = [d for d in timeline.history.deals if d.created_at <= timeline.now]
    closed = [d for d in deals if is_closed(d, timeline.now)]
    still_open = [d for d in deals if not is_closed(d, timeline.now)]
    yield _decision_days(closed, still_open, timeline.now)
    won = sum(d.outcome is Outcome.WON for d in closed)
    note = f"{won} won, {len(closed) - won} lost, {len(still_open)} open"
    yield share("conversion_rate", won, len(closed), min_n=MIN_CLOSED, note=note)
    yield _progress(still_open, timeline.now)
    yield _days_in_stage(still_open, timeline)


def is_closed(deal: Deal, now: datetime) -> bool:
    """Whether a deal was won or lost by `now`; one that nobody noted the day of counts as closed all along."""
    return deal.outcome is not Outcome.OPEN and (deal.closed_at is None or deal.closed_at <= now)


def _decision_days(closed: Sequence[Deal], still_open: Sequence[Deal], now: datetime) -> Metric:
    decided = [days_between(d.created_at, d.closed_at) for d in closed if d.closed_at is not None]
    waiting = [days_between(d.created_at, now) for d in still_open]
    stages = _median_days_by_stage((*closed, *still_open), now)
    note = f"{len(decided)} decided, {len(waiting)} open counted as still waiting" + (f"; {stages}" if stages else "")
    n, estimate = len(decided) + len(waiting), censored_median(decided, waiting)
    return estimated("decision_days", estimate, unit="days", n=n, min_n=MIN_DEALS, note=note)


def _median_days_by_stage(deals: Sequence[Deal], now: datetime) -> str:
    """The stages left by now with their median days, in the order of the pipeline: "days in Demo 14 (n 2), ..."."""
    days: dict[tuple[int, str], list[float]] = {}
    for deal in deals:
        for stage, following in pairwise(s for s in deal.stages if s.entered_at <= now):
            stayed = days_between(stage.entered_at, following.entered_at)
            days.setdefault((stage.position, stage.stage), []).append(stayed)
    stages = [f"{name} {median(stays):.0f} (n {len(stays)})" for (_, name), stays in sorted(days.items())]
    return f"days in {', '.join(stages)}" if stages else ""


def _progress(still_open: Sequence[Deal], now: datetime) -> Metric:
    moves, days = 0, 0.0
    for deal in still_open:
        positions = [s.position for s in deal.stages if s.entered_at <= now]
        moves += sum(later > earlier for earlier, later in pairwise(positions))
        days += days_between(deal.created_at, now)
    n = len(still_open)
    value = moves / days * 30 if days else 0.0
    note = f"{moves} moves forward in {days:.0f} days"
    return counted("stages_per_30d", value, unit="stages", n=n, min_n=1, note=note)


def _days_in_stage(still_open: Sequence[Deal], timeline: Timeline) -> Metric:
    """Days of the newest open deal in its stage, beside the stage's median in the workspace."""
    staged = [(d, [s for s in d.stages if s.entered_at <= timeline.now]) for d in still_open]
    entered = [(deal, stages[-1]) for deal, stages in staged if stages]
    if not entered:
        return Metric("days_in_stage", None, "days", 0, 1)
    deal, stage = max(entered, key=lambda pair: pair[0].created_at)
    usual = timeline.history.stage_medians.get(stage.stage)
    note = f"{deal.name or 'deal'} in {stage.stage}" + (f", {usual:.0f} days are usual" if usual is not None else "")
    value = days_between(stage.entered_at, timeline.now)
    return counted("days_in_stage", value, unit="days", n=len(entered), min_n=1, note=note)
