"""What is measured of a history: metric, quality, benchmark, comparison."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure with what it was computed from: n observations of the `min_n` needed, and a 90 % interval.

    `value` is None when `enough` is False; it is text for preferred_time and preferred_channel. `note` says in words
    what the figure leaves out or stands for ("hours in America/Chicago, the contact's").
    """

    name: str
    value: float | str | None
    unit: str
    n: int
    min_n: int
    low: float | None = None
    high: float | None = None
    note: str = ""

    @property
    def enough(self) -> bool:
        """Whether the figure may be shown."""
        return self.value is not None


@dataclass(frozen=True, slots=True)
class QualityPart:
    """One part of the data quality score: points got of points possible, and what would raise it."""

    name: str
    points: float
    possible: float
    advice: str


@dataclass(frozen=True, slots=True)
class Quality:
    """The data quality score, 0-100, and its parts. `best_advice` is what would raise it most, with the score after."""

    score: float
    parts: tuple[QualityPart, ...]
    best_advice: str = ""
    score_after: float | None = None


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What is usual: a middle value and range for one metric in one segment, with where it is from.

    `source_kind` is "workspace", "published" or "starting value". n is contacts (workspace) or None when not published.
    `quantiles` (0..100 %) are there for workspace benchmarks only.
    """

    metric: str
    segment: str
    value: float
    low: float | None
    high: float | None
    source: str
    source_kind: str
    year: int
    n: int | None = None
    quantiles: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """A metric beside its benchmark and its percentile (0-100) among the workspace's own contacts."""

    metric: str
    benchmark: Benchmark | None
    percentile: float | None
    percentile_n: int = 0


@dataclass(frozen=True, slots=True)
class Month:
    """Interactions of one calendar month, "2026-03"."""

    month: str
    inbound: int
    outbound: int
    internal: int = 0


@dataclass(frozen=True, slots=True)
class Insights:
    """The behavioural half of a profile: all metrics by name, quality, comparisons, and counts by month and kind.

    Unless they act, the contact counts as going quiet from `quiet_from` on; None with too few gaps to say.
    """

    as_of: datetime
    metrics: Mapping[str, Metric]
    quality: Quality
    comparisons: Mapping[str, Comparison] = field(default_factory=dict)
    months: tuple[Month, ...] = ()
    kinds: Mapping[str, int] = field(default_factory=dict)
    last_own_action: datetime | None = None
    quiet_from: datetime | None = None
