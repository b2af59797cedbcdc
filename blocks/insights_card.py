"""The behavioural insights tab: interactions by month, every metric beside its benchmark, and who is alike."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from slackblocks import (
    AxisConfig,
    BarChart,
    Block,
    DataPoint,
    DataSeries,
    DataTableBlock,
    DataVisualizationBlock,
    DividerBlock,
    Markdown,
    RawNumber,
    RawText,
    RichText,
    RichTextBlock,
    RichTextCodeBlock,
    RichTextSection,
    SectionBlock,
)

from blocks.card import Card, build_card
from blocks.figures import NOTHING
from blocks.ids import Tab
from blocks.kit import context, figures, header, listing, paragraph, tabs
from blocks.measures import HEADINGS, Alike, Bar, Measures, Row, measure_sheet
from blocks.rating import rating
from blocks.rungs import Rung
from blocks.sheet import title
from blocks.text import clip, length, line, mrkdwn, sentence, unique_labels
from blocks.wording import ago, full_date
from persona.model import Profile

CHART_TITLE: Final = "Interactions by month"
INBOUND, OUTBOUND = "From them", "From us"
_ROWS_A_PAGE = 25
_FIELDS_A_SECTION = 10  # docs.slack.dev/reference/block-kit/blocks/section-block
_BAR_WIDTH = 12
_PLAIN_TEXT = 2_900
_ROW = 24  # what a row takes beside its texts
_TABLE_TEXT = 5_000  # leaves half of a card's 10,000 characters to the rest of it

_Cell = RawText | RawNumber | RichTextBlock


def insights_card(profile: Profile, *, now: datetime, rung: Rung, notice: str = "") -> Card:
    """The insights tab on a rung: with native chart and table, with the same in fields, or as text only."""
    sheet = measure_sheet(profile)
    blocks = [header(title(profile)), context(*filter(None, (notice, _measured(profile, now))))]
    blocks += [
        *_body(sheet, rung, name=line(profile.contact.name, 60)),
        tabs(profile, Tab.INSIGHTS),
        *rating(profile, Tab.INSIGHTS),
    ]
    return build_card(_text(profile, sheet, notice), blocks)


def _body(sheet: Measures, rung: Rung, *, name: str) -> Iterator[Block]:
    if rung is Rung.TEXT:
        return _plain(sheet)
    return _native(sheet, name) if rung is Rung.NATIVE else _fields(sheet)


def _native(sheet: Measures, name: str) -> Iterator[Block]:
    yield figures(sheet.headlines)
    if sheet.bars:
        yield DataVisualizationBlock(CHART_TITLE, _chart(sheet.bars))
    yield from _words(sheet)
    if sheet.rows:
        yield _table(sheet.rows, caption=f"Metrics of {name}")


def _fields(sheet: Measures) -> Iterator[Block]:
    yield figures(sheet.headlines)
    if sheet.bars:
        chart = RichTextCodeBlock(RichText("\n".join(_text_bars(sheet.bars))))
        yield RichTextBlock([RichTextSection(RichText(CHART_TITLE, bold=True)), chart])
    yield from _words(sheet)
    fields = [Markdown(_field(row), verbatim=True) for row in _affordable(sheet.rows)]
    for start in range(0, len(fields), _FIELDS_A_SECTION):
        yield SectionBlock(fields=[*fields[start : start + _FIELDS_A_SECTION]])


def _plain(sheet: Measures) -> Iterator[Block]:
    lines = [*(headline.said for headline in sheet.headlines), *sheet.habits, *sheet.quality]
    lines += [" · ".join(filter(None, (f"{row.label}: {row.value}", _aside(row)))) for row in sheet.rows]
    lines += sheet.thin
    yield paragraph(RichText(clip("\n".join(lines), _PLAIN_TEXT)))


def _words(sheet: Measures) -> Iterator[Block]:
    said = [*sheet.habits, *sheet.quality]
    if said:
        yield paragraph(RichText("\n".join(said)))
    if sheet.alike:
        yield listing(sheet.alike_title, map(_alike, sheet.alike))
    if sheet.thin or sheet.notes:
        yield context(*sheet.thin, *sheet.notes)
    yield DividerBlock()


def _alike(alike: Alike) -> list[RichText]:
    return [RichText(alike.name, bold=True), RichText(f" · {alike.shared} · {alike.outcome}")]


def _chart(bars: Sequence[Bar]) -> BarChart:
    labels = unique_labels(bar.label for bar in bars)
    inbound = DataSeries(INBOUND, [DataPoint(label, bar.inbound) for label, bar in zip(labels, bars, strict=True)])
    outbound = DataSeries(OUTBOUND, [DataPoint(label, bar.outbound) for label, bar in zip(labels, bars, strict=True)])
    return BarChart([inbound, outbound], AxisConfig(labels, x_label="Month", y_label="Interactions"))


def _text_bars(bars: Sequence[Bar]) -> Iterator[str]:
    most = max(max(bar.inbound, bar.outbound) for bar in bars) or 1
    yield f"{'':8}   {INBOUND:<{_BAR_WIDTH + 6}}{OUTBOUND}"
    for bar in bars:
        theirs, ours = (f"{n:>4} {'█' * round(_BAR_WIDTH * n / most)}" for n in (bar.inbound, bar.outbound))
        yield f"{bar.label}{theirs:<{_BAR_WIDTH + 6}}{ours}"


def _table(rows: Sequence[Row], caption: str) -> DataTableBlock:
    head: list[_Cell] = [RawText(heading) for heading in HEADINGS]
    return DataTableBlock([head, *map(_cells, _affordable(rows))], caption=caption, page_size=_ROWS_A_PAGE)


def _affordable(rows: Sequence[Row]) -> Iterator[Row]:
    """The rows that the table's share of the card's text has room for."""
    left = _TABLE_TEXT
    for row in rows:
        left -= (
            length(mrkdwn("".join((row.label, row.value, row.n, row.interval, row.benchmark, row.percentile)))) + _ROW
        )
        if left < 0:
            return
        yield row


def _cells(row: Row) -> list[_Cell]:
    value = RawText(row.value) if row.number is None else RawNumber(row.number, row.value)
    return [
        RawText(row.label),
        value,
        *(RawText(text) for text in (row.n, row.interval, row.benchmark, row.percentile)),
    ]


def _field(row: Row) -> str:
    aside = _aside(row)
    return f"*{mrkdwn(row.label)}*\n{mrkdwn(row.value)}" + (f"  ({mrkdwn(aside)})" if aside else "")


def _aside(row: Row) -> str:
    """What stands beside a value where there is no table: n, interval, benchmark, percentile."""
    facts = [f"n {row.n}", row.interval, row.benchmark]
    if row.percentile != NOTHING:
        facts.append(f"{row.percentile} contacts of ours")
    return "; ".join(fact for fact in facts if fact != NOTHING)


def _measured(profile: Profile, now: datetime) -> str:
    moment = profile.insights.as_of
    return f"Behavioural insights · measured {ago(moment, now=now)}, {full_date(moment)}"


def _text(profile: Profile, sheet: Measures, notice: str) -> str:
    """What a screen reader says: figures and months in words."""
    said = [f"{title(profile)}, behavioural insights", *([notice] if notice else [])]
    said += [*(headline.said for headline in sheet.headlines), *sheet.habits, *sheet.quality]
    if sheet.bars:
        months = (f"{bar.label} {bar.inbound} from them, {bar.outbound} from us" for bar in sheet.bars)
        said.append(f"{CHART_TITLE}: {'; '.join(months)}")
    return " ".join(mrkdwn(sentence(text)) for text in said)
