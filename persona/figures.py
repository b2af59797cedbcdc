"""A metric as the sentence that stands for it wherever it is cited."""

from typing import Final

from persona.model import Metric

_RATES: Final = {
    "engagement_rate": "Opens, clicks or answers {} of tracked emails",
    "reply_rate": "Replies to {} of tracked emails",
    "click_rate": "Clicks a link in {} of tracked emails",
    "open_rate": "Opens {} of tracked emails",
    "conversion_rate": "{} of closed deals won",
    "file_open_rate": "Opens {} of the files shared",
    "meetings_held_rate": "{} of scheduled meetings held",
    "calls_completed_rate": "{} of attempted calls completed",
}
_DURATIONS: Final = {
    "response_time_median": ("hours", "Answers an email in {}", "median"),
    "response_time_answered_median": ("hours", "Answered emails got their answer in {}", "median"),
    "response_time_answered_mean": ("hours", "Answered emails got their answer in {}", "mean"),
    "our_response_time_median": ("hours", "We answer their emails in {}", "median"),
    "decision_days": ("days", "A deal is decided in {}", "median"),
    "days_in_stage": ("days", "The open deal has been in its stage for {}", ""),
    "going_quiet_days": ("days", "Last own action {} ago", ""),
}
_NUMBERS: Final = {
    "total_interactions": "{} interactions on record",
    "interactions_90d": "{} interactions in the last 90 days",
    "machine_opens": "{} machine-made opens and clicks left out",
    "interactions_per_30d": "{} interactions in 30 days",
    "stages_per_30d": "Open deals move {} stages forward in 30 days",
    "files_shared": "{} files shared",
    "frequency_trend": "Contact in the last 90 days is {} times that of the 90 before",
    "data_quality": "Data quality {} of 100",
    "preferred_time": "Most often active {}",
    "preferred_channel": "Uses {} most",
    "usual_hours": "Most of their own actions fall into {}",
    "words_per_email": "Writes emails of {} words",
    "tone": "Writes in a tone that is {}",
}
_COUNTS: Final = {"total_interactions", "interactions_90d", "machine_opens", "files_shared", "data_quality"}


def metric_sentence(metric: Metric) -> str:
    """The figure in words: "Replies to 62 % of tracked emails (n 48, 90 % interval 50-73 %)".

    Below its minimum n: "not enough data (3 of 5)" after the metric's name, and no number.
    """
    name = metric.name
    if metric.value is None:
        return f"{name.replace('_', ' ').capitalize()}: not enough data ({metric.n} of {metric.min_n})"
    said = _sentence(name).format(_value(metric, metric.value))
    notes = [_DURATIONS[name][2]] if name in _DURATIONS and _DURATIONS[name][2] else []
    notes += [f"n {metric.n}"] if name not in _COUNTS else []
    if isinstance(metric.value, str):
        notes += [metric.note] if metric.note else []
    elif metric.low is not None and metric.high is not None:
        notes.append(_interval(metric))
    return f"{said} ({', '.join(notes)})" if notes else said


def duration(value: float, unit: str) -> str:
    """Hours or days as a person says them: "40 min", "5 h", "2.5 days"."""
    hours = value * 24 if unit == "days" else value
    if hours < 1:
        return f"{hours * 60:.0f} min"
    if hours < 48 and unit != "days":
        return f"{_short(hours)} h"
    days = _short(hours / 24)
    return f"{days} day" if days == "1" else f"{days} days"


def _sentence(name: str) -> str:
    if name in _DURATIONS:
        return _DURATIONS[name][1]
    return _RATES.get(name) or _NUMBERS.get(name) or f"{name.replace('_', ' ').capitalize()}: {{}}"


def _value(metric: Metric, value: float | str) -> str:
    if isinstance(value, str):
        return value
    if metric.name in _RATES:
        return f"{value * 100:.0f} %"
    if metric.name in _DURATIONS:
        return duration(value, _DURATIONS[metric.name][0])
    return _short(value)


def _interval(metric: Metric) -> str:
    low, high = metric.low or 0.0, metric.high or 0.0
    if metric.name in _RATES:
        return f"90 % interval {low * 100:.0f}-{high * 100:.0f} %"
    if metric.name in _DURATIONS:
        unit = _DURATIONS[metric.name][0]
        return f"90 % interval {duration(low, unit)} to {duration(high, unit)}"
    return f"90 % interval {_short(low)}-{_short(high)}"


def _short(value: float) -> str:
    """At most one decimal, none from ten on: 5, 2.5, 74."""
    return f"{value:,.0f}" if abs(value) >= 10 or value == round(value) else f"{value:.1f}".removesuffix(".0")
