"""The behavioural half of a profile: metrics, quality, comparisons, and counts by month and kind."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from persona.benchmarks import compare, segment_of
from persona.habits import measure_habits
from persona.metrics import measure_timeline
from persona.metrics.rhythm import quiet_from
from persona.metrics.timeline import Timeline, read_timeline
from persona.model import Benchmark, Direction, History, Insights, Metric, Month
from persona.quality import score_quality

_MONTHS_SHOWN: Final = 12


def build_insights(history: History, *, now: datetime, benchmarks: Sequence[Benchmark]) -> Insights:
    """The behavioural half of a profile at `now`: metrics, quality, comparisons, counts by month and kind."""
    timeline = read_timeline(history, now)
    metrics = {**measure_timeline(timeline), **measure_habits(history, now=now)}
    quality = score_quality(timeline, metrics)
    n = len(timeline.rows)
    metrics["data_quality"] = Metric("data_quality", quality.score, "points of 100", n, 0, note=quality.best_advice)
    contact = history.contact
    return Insights(
        as_of=now,
        metrics=metrics,
        quality=quality,
        comparisons=compare(metrics, benchmarks, segment=segment_of(contact.industry, contact.company_size)),
        months=_months(timeline),
        kinds=dict(Counter(row.kind.value for row in timeline.rows).most_common()),
        last_own_action=timeline.by_contact[-1].occurred_at if timeline.by_contact else None,
        quiet_from=quiet_from(timeline),
    )


def _months(timeline: Timeline) -> tuple[Month, ...]:
    """Interactions of the last twelve calendar months, oldest first, empty months included."""
    counts = Counter((row.occurred_at.year, row.occurred_at.month, row.direction) for row in timeline.rows)
    shown = []
    year, month = timeline.now.year, timeline.now.month
    for _ in range(_MONTHS_SHOWN):
        shown.append(Month(f"{year:04d}-{month:02d}", *(counts[year, month, direction] for direction in Direction)))
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return tuple(reversed(shown))
