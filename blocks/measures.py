"""The behavioural half of a card as plain words, the same for Slack, terminal and page."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from blocks.figures import (
    NOTHING,
    WORDINGS,
    Headline,
    benchmark_value,
    headlines,
    machine_opens,
    metric_interval,
    metric_label,
    metric_value,
    percentile,
)
from blocks.text import line, sentence
from blocks.wording import count, number
from blocks.wording import month as month_name
from persona.model import Direction, Insights, Kind, Metric, Month, Preceded, Profile, Quality, SimilarContact

SIMILAR: Final = "Similar contacts"
MONTHS_SHOWN: Final = 12  # of the 20 points that Slack's chart takes
SIMILAR_SHOWN: Final = 5
_ROWS_SHOWN = 40
_IN_SENTENCES = {"preferred_time", "preferred_channel", "machine_opens", "data_quality"}
_SELF_EXPLAINING = {"total_interactions", "interactions_90d"}
_NOTE = 120


@dataclass(frozen=True, slots=True)
class Bar:
    """Interactions of one month: theirs and ours."""

    label: str
    inbound: int
    outbound: int


@dataclass(frozen=True, slots=True)
class Row:
    """One metric of the table; `number` is the bare value to sort by, None when the value is text."""

    label: str
    value: str
    number: float | None
    n: str
    interval: str
    benchmark: str
    percentile: str


@dataclass(frozen=True, slots=True)
class Alike:
    """A similar contact: who, the traits shared, and how deals with them ended."""

    name: str
    shared: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Measures:
    """The behavioural half, in reading order. `thin` says which metrics have no figure, and why."""

    headlines: tuple[Headline, ...]
    bars: tuple[Bar, ...]
    rows: tuple[Row, ...]
    thin: tuple[str, ...]
    habits: tuple[str, ...]
    quality: tuple[str, ...]
    notes: tuple[str, ...]
    alike: tuple[Alike, ...]
    alike_title: str = SIMILAR
    preceded: str = ""


HEADINGS: Final = ("Metric", "Value", "n", "90 % interval", "Benchmark", "Percentile")


def measure_sheet(profile: Profile) -> Measures:
    """The measures of a profile."""
    insights = profile.insights
    shown = list(_shown(insights))
    return Measures(
        headlines=headlines(insights),
        bars=_bars(insights),
        rows=tuple(_row(metric, insights) for metric in shown if metric.enough),
        thin=_thin([metric for metric in shown if not metric.enough]),
        habits=tuple(filter(None, (_kinds(insights), *_preferred(insights), machine_opens(insights)))),
        quality=_quality(insights.quality),
        notes=_notes([metric for metric in shown if metric.enough]),
        alike=alike_of(profile),
        alike_title=_alike_title(profile),
        preceded=_preceded(profile.preceded) if profile.preceded else "",
    )


def _shown(insights: Insights) -> Iterator[Metric]:
    """The metrics of the table, in the order of their wordings, unknown ones last."""
    names = [*WORDINGS, *sorted(set(insights.metrics) - set(WORDINGS))]
    found = [insights.metrics[n] for n in names if n in insights.metrics and n not in _IN_SENTENCES]
    yield from found[:_ROWS_SHOWN]


def _row(metric: Metric, insights: Insights) -> Row:
    comparison = insights.comparisons.get(metric.name)
    return Row(
        label=metric_label(metric.name),
        value=metric_value(metric),
        number=float(metric.value) if isinstance(metric.value, float | int) else None,
        n=f"{metric.n:,}",
        interval=metric_interval(metric),
        benchmark=benchmark_value(metric.name, comparison),
        percentile=percentile(comparison),
    )


def _thin(metrics: Sequence[Metric]) -> tuple[str, ...]:
    few = [f"{metric_label(m.name)} ({m.n} of {m.min_n})" for m in metrics if m.n < m.min_n]
    unclear = [f"{metric_label(m.name)} (n {m.n})" for m in metrics if m.n >= m.min_n]
    said = (
        f"Not enough data: {_listed(few)}." if few else "",
        f"No clear figure: {_listed(unclear)}." if unclear else "",
    )
    return tuple(filter(None, said))


def _notes(metrics: Sequence[Metric]) -> tuple[str, ...]:
    """What the figures leave out or stand for, once for those that share it."""
    labels: dict[str, list[str]] = defaultdict(list)
    for metric in metrics:
        if metric.note and metric.name not in _SELF_EXPLAINING:
            labels[line(metric.note, _NOTE)].append(metric_label(metric.name))
    return tuple(f"{_listed(named)}: {note}" for note, named in labels.items())


def _bars(insights: Insights) -> tuple[Bar, ...]:
    """The last twelve months up to now, without gaps; empty when nothing ever happened."""
    if not insights.months:
        return ()
    known = {m.month: m for m in insights.months}
    first, last = min(known), max(*known, insights.as_of.strftime("%Y-%m"))
    return tuple(_bar(known.get(name, Month(name, 0, 0))) for name in _calendar(first, last)[-MONTHS_SHOWN:])


def _bar(month: Month) -> Bar:
    return Bar(month_name(month.month), month.inbound, month.outbound)


def _calendar(first: str, last: str) -> list[str]:
    """Every month from first to last, "2026-03" each."""
    start, end = (int(name[:4]) * 12 + int(name[5:]) - 1 for name in (first, last))
    return [f"{index // 12:04d}-{index % 12 + 1:02d}" for index in range(start, end + 1)]


def _kinds(insights: Insights) -> str:
    nouns = {kind.value: f"internal {kind.value}" if kind is Kind.COMMENT else kind.value for kind in Kind}
    said = [count(n, nouns.get(kind, line(kind, 20))) for kind, n in insights.kinds.items() if n]
    return f"On record: {_listed(said)}." if said else ""


def _preferred(insights: Insights) -> Iterator[str]:
    for name, known in (("preferred_time", "Most active"), ("preferred_channel", "Prefers")):
        metric = insights.metrics.get(name)
        if metric is None:
            continue
        note = line(metric.note, _NOTE)
        if metric.enough:
            basis = "; ".join(filter(None, (f"n {metric.n}", note)))
            yield f"{known} {metric_value(metric)} ({basis})."
        elif metric.n >= metric.min_n and note:
            yield f"{metric_label(name)}: {note} (n {metric.n})."
        else:
            yield f"{metric_label(name)}: {metric_value(metric)}."


def _quality(quality: Quality) -> tuple[str, ...]:
    parts = [f"{line(p.name, 30).lower()} {number(p.points)} of {number(p.possible)}" for p in quality.parts[:6]]
    made = f" ({', '.join(parts)})" if parts else ""
    best = ""
    if quality.best_advice:
        after = f" That makes {quality.score_after:.0f}." if quality.score_after is not None else ""
        best = f"Would raise it most: {sentence(line(quality.best_advice, _NOTE))}{after}"
    return tuple(filter(None, (f"Data quality {quality.score:.0f} of 100{made}.", best)))


def alike_of(profile: Profile) -> tuple[Alike, ...]:
    """The contacts that are alike, nearest first, in plain words."""
    return tuple(_alike(similar) for similar in profile.similar[:SIMILAR_SHOWN])


def _alike_title(profile: Profile) -> str:
    """A look back, which is not stored, compares with how the others behave today: their past isn't kept."""
    looks_back = profile.persona is not None and not profile.persona.version
    return f"{SIMILAR}, by how they behave today" if looks_back else SIMILAR


def _alike(similar: SimilarContact) -> Alike:
    company = f", {line(similar.company, 40)}" if similar.company else ""
    closed = f"won {similar.won}, lost {similar.lost}" if similar.won + similar.lost else "no closed deal"
    shared = [line(trait, 60) for trait in similar.shared[:3]]
    return Alike(f"{line(similar.name, 40)}{company}", "; ".join(shared) or NOTHING, closed)


def _preceded(preceded: Preceded) -> str:
    """ "Preceded progress with them: a call from us in the 14 days before 9 of 12 steps forward (31 % of ...)"."""
    who = "from them" if preceded.direction is Direction.INBOUND else "from us"
    share = f"{number(preceded.base_rate * 100)} % of all fortnights of their deals"
    steps = f"before {preceded.times} of {preceded.moves} steps forward"
    article = "an" if preceded.kind is Kind.EMAIL else "a"
    return f"Preceded progress with them: {article} {preceded.kind.value} {who} in the 14 days {steps} ({share})."


def _listed(items: Sequence[str]) -> str:
    """ "a, b and c"."""
    return " and ".join(filter(None, (", ".join(items[:-1]), items[-1])))
