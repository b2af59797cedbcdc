"""The metrics of metrics.md, each with n and a 90 % interval, as pure functions over a history."""

from datetime import datetime

from persona.metrics.content import content_metrics
from persona.metrics.deals import deal_metrics
from persona.metrics.engagement import engagement_metrics
from persona.metrics.response import response_metrics
from persona.metrics.rhythm import rhythm_metrics
from persona.metrics.timeline import Timeline, read_timeline
from persona.model import History, Metric


def measure(history: History, *, now: datetime) -> dict[str, Metric]:
    """Every metric by its name in metrics.md but data_quality; nothing later than `now` counts.

    Rates are 0-1, response times hours, deals and quiet days.
    """
    return measure_timeline(read_timeline(history, now))


def measure_timeline(timeline: Timeline) -> dict[str, Metric]:
    """`measure` of a timeline already read."""
    parts = (rhythm_metrics, engagement_metrics, response_metrics, deal_metrics, content_metrics)
    return {metric.name: metric for part in parts for metric in part(timeline)}
