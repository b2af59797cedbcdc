"""Metrics in words: what each is called, and its value, interval, benchmark and percentile as a person says them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from blocks.text import line
from blocks.wording import days, hours, number, ordinal, percent
from persona.model import Benchmark, Comparison, Insights, Metric

NOTHING: Final = "–"
_SOURCE_CHARACTERS: Final = 44
_NOTE_CHARACTERS: Final = 90


def _times(value: float) -> str:
    return f"×{number(value)}"


def _score(value: float) -> str:
    return f"{value:.0f} of 100"


@dataclass(frozen=True, slots=True)
class Wording:
    """What a metric is called, and how its values (and its benchmark's) read."""

    label: str
    say: Callable[[float], str]


WORDINGS: Final[Mapping[str, Wording]] = {
    "total_interactions": Wording("Interactions", number),
    "interactions_90d": Wording("Last 90 days", number),
    "engagement_rate": Wording("Email engagement", percent),
    "reply_rate": Wording("Emails replied to", percent),
    "click_rate": Wording("Emails clicked", percent),
    "open_rate": Wording("Emails opened", percent),
    "response_time_median": Wording("Answers in", hours),
    "response_time_answered_median": Wording("Median when answered", hours),
    "response_time_answered_mean": Wording("Mean when answered", hours),
    "our_response_time_median": Wording("We answer in", hours),
    "interactions_per_30d": Wording("Interactions a month", number),
    "frequency_trend": Wording("Against 90 days before", _times),
    "preferred_time": Wording("Preferred time", number),
    "preferred_channel": Wording("Preferred channel", number),
    "decision_days": Wording("Decides in", days),
    "conversion_rate": Wording("Deals won", percent),
    "stages_per_30d": Wording("Stages a month", number),
    "days_in_stage": Wording("In the current stage", days),
    "files_shared": Wording("Files shared", number),
    "file_open_rate": Wording("Files opened", percent),
    "meetings_held_rate": Wording("Meetings held", percent),
    "calls_completed_rate": Wording("Calls completed", percent),
    "going_quiet_days": Wording("Quiet for", days),
    "machine_opens": Wording("Machine-made opens", number),
    "data_quality": Wording("Data quality", _score),
}
"""Every metric of metrics.md, in the order a table shows them."""


def metric_label(name: str) -> str:
    """What a metric is called; an unknown name is read as words."""
    known = WORDINGS.get(name)
    return known.label if known else line(name.replace("_", " ").capitalize(), 40)


def say_value(name: str, value: float | str) -> str:
    """A value of the metric of that name, with its unit."""
    if isinstance(value, str):
        return line(value, 60)
    known = WORDINGS.get(name)
    return known.say(value) if known else number(value)


def metric_value(metric: Metric | None) -> str:
    """The figure, or why there is none: too little data, or enough of it that points nowhere."""
    if metric is None:
        return "not measured"
    if metric.value is not None:
        return say_value(metric.name, metric.value)
    if metric.n < metric.min_n:
        return f"not enough data ({metric.n} of {metric.min_n})"
    return f"no clear figure (n {metric.n})"


def metric_interval(metric: Metric) -> str:
    """The 90 % interval ("51–72 %"), a dash when there is none."""
    if not metric.enough or metric.low is None or metric.high is None:
        return NOTHING
    low, high = say_value(metric.name, metric.low), say_value(metric.name, metric.high)
    start, _, unit = low.partition(" ")
    return f"{start}–{high}" if unit and unit == high.partition(" ")[2] else f"{low}–{high}"


def benchmark_value(name: str, comparison: Comparison | None) -> str:
    """What is usual, with whose figure it is: "34 %, Mailchimp 2025", a dash when nothing is known."""
    if comparison is None or comparison.benchmark is None:
        return NOTHING
    benchmark = comparison.benchmark
    return f"{say_value(name, benchmark.value)} · {_source(benchmark)}"


def _source(benchmark: Benchmark) -> str:
    source = line(benchmark.source, _SOURCE_CHARACTERS)
    year = "" if str(benchmark.year) in source else f" {benchmark.year}"
    if benchmark.source_kind == "workspace":
        return f"our contacts{year}, n {benchmark.n}"
    kind = ", starting value" if benchmark.source_kind == "starting value" and "starting" not in source else ""
    return f"{source}{year}{kind}"


def benchmark_word(benchmark: Benchmark) -> str:
    """Whose figure a benchmark is, in a word or two: peers, benchmark, starting value."""
    return {"workspace": "peers", "published": "benchmark"}.get(benchmark.source_kind, benchmark.source_kind)


def percentile(comparison: Comparison | None) -> str:
    """Where the contact stands among ours ("72nd pct of 40"), a dash when that isn't known."""
    if comparison is None or comparison.percentile is None:
        return NOTHING
    return f"{ordinal(comparison.percentile)} pct of {comparison.percentile_n}"


@dataclass(frozen=True, slots=True)
class Headline:
    """One of the five figures at the top: what, how much, and what it is made from."""

    label: str
    value: str
    detail: str

    @property
    def said(self) -> str:
        """The figure on one line: "Deals won: 2 of 3 (67 %)"."""
        return f"{self.label}: {self.value} ({self.detail})" if self.detail else f"{self.label}: {self.value}"


def headlines(insights: Insights) -> tuple[Headline, ...]:
    """The five headline metrics, in the order of the card."""
    return (
        _interactions(insights),
        _rate("Email engagement", "engagement_rate", insights),
        _answers(insights),
        _won(insights),
        _quality(insights),
    )


def _interactions(insights: Insights) -> Headline:
    recent = insights.metrics.get("interactions_90d")
    detail = (
        f"{say_value(recent.name, recent.value)} in the last 90 days" if recent and recent.value is not None else ""
    )
    return Headline("Interactions", metric_value(insights.metrics.get("total_interactions")), detail)


def _rate(label: str, name: str, insights: Insights) -> Headline:
    metric = insights.metrics.get(name)
    return Headline(label, metric_value(metric), _basis(metric, insights.comparisons.get(name)))


def _answers(insights: Insights) -> Headline:
    name = "response_time_median"
    headline = _rate("Answers in", name, insights)
    metric = insights.metrics.get(name)
    return (
        Headline(headline.label, headline.value, f"median, {headline.detail}") if metric and metric.enough else headline
    )


def _won(insights: Insights) -> Headline:
    name = "conversion_rate"
    metric = insights.metrics.get(name)
    if metric is None or not isinstance(metric.value, float | int):
        return _rate("Deals won", name, insights)
    value = f"{round(metric.value * metric.n)} of {metric.n}"
    usual = _usual(name, insights.comparisons.get(name))
    return Headline("Deals won", value, "; ".join(filter(None, (percent(metric.value), usual))))


def _quality(insights: Insights) -> Headline:
    quality = insights.quality
    advice = line(quality.best_advice, _NOTE_CHARACTERS).rstrip(".")
    after = f" → {quality.score_after:.0f}" if advice and quality.score_after is not None else ""
    return Headline("Data quality", _score(quality.score), f"{advice}{after}")


def _basis(metric: Metric | None, comparison: Comparison | None) -> str:
    if metric is None or not metric.enough:
        return ""
    return "; ".join(filter(None, (f"n {metric.n:,}", _usual(metric.name, comparison))))


def _usual(name: str, comparison: Comparison | None) -> str:
    if comparison is None or comparison.benchmark is None:
        return ""
    return f"{benchmark_word(comparison.benchmark)} {say_value(name, comparison.benchmark.value)}"


def machine_opens(insights: Insights) -> str:
    """How many opens no human made were left out, as a sentence; empty when that wasn't counted."""
    metric = insights.metrics.get("machine_opens")
    if metric is None or not isinstance(metric.value, float | int):
        return ""
    if metric.value == 0:
        return "No machine-made opens were found."
    what = "open" if metric.value == 1 else "opens"
    return f"{number(metric.value)} machine-made {what} left out of the rates."
