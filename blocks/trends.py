"""Weeks as two charts, on every rung, and industries beside their benchmarks as sentences: for the digest and Home."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from slackblocks import (
    AxisConfig,
    BarChart,
    Block,
    DataPoint,
    DataSeries,
    DataVisualizationBlock,
    LineChart,
    RichText,
    RichTextBlock,
    RichTextCodeBlock,
    RichTextSection,
)

from blocks.kit import context
from blocks.rungs import Rung
from blocks.text import line
from blocks.wording import percent
from persona.digest import Industry, Week

WRITTEN_CHART: Final = "Personas written a week"
STARS_CHART: Final = "Accuracy a week, mean stars of 5"
QUALITY_CHART: Final = "Data quality at the end of a week, of 100"
_MOST: Final = 2
Chart = tuple[str, list[tuple[str, float]]]
"""A title, and values by the week's last day."""


def trends(weeks: Sequence[Week]) -> list[Chart]:
    """Two charts at most: what was written, and accuracy or else data quality, when known of two weeks."""
    shown = [(WRITTEN_CHART, _points(weeks, lambda week: float(week.written)))]
    for title, points in (
        (STARS_CHART, _points(weeks, lambda week: week.stars)),
        (QUALITY_CHART, _points(weeks, lambda week: week.quality)),
    ):
        if len(points) > 1 and len(shown) < _MOST:
            shown.append((title, points))
    return shown


def charts(shown: Sequence[Chart], rung: Rung) -> Iterator[Block]:
    """The charts, drawn by Slack, else as bars of characters, else as a line of figures."""
    for title, points in shown:
        if rung is Rung.NATIVE:
            series = [DataSeries("This workspace", [DataPoint(label, value) for label, value in points])]
            axes = AxisConfig([label for label, _ in points], x_label="Week to", y_label=title[:40])
            yield DataVisualizationBlock(title, (BarChart if title == WRITTEN_CHART else LineChart)(series, axes))
        elif rung is Rung.FIELDS:
            yield RichTextBlock(
                [RichTextSection(RichText(title, bold=True)), RichTextCodeBlock(RichText(_bars(points)))]
            )
        else:
            yield context(f"{title}: {', '.join(f'{label} {value:g}' for label, value in points)}")


def compared(industries: Sequence[Industry]) -> list[str]:
    """A sentence an industry: ours with n, and what is usual with its source."""
    return [
        f"{industry.segment}: email engagement {percent(industry.ours)} (n {industry.n}), "
        f"usual {percent(industry.usual)} ({line(industry.source, 60)}, {industry.year})"
        for industry in industries
    ]


def _points(weeks: Sequence[Week], value: Callable[[Week], float | None]) -> list[tuple[str, float]]:
    known = [(f"{week.until:%d %b}", value(week)) for week in weeks]
    return [(label, round(found, 1)) for label, found in known if found is not None]


def _bars(points: Sequence[tuple[str, float]]) -> str:
    most = max((value for _, value in points), default=0.0) or 1.0
    return "\n".join(f"{label} {'█' * round(20 * value / most)} {value:g}" for label, value in points)
