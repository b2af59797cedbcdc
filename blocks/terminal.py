"""The whole profile in a terminal: persona, behavioural insights and every quote, as good without colour."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from blocks.figures import Headline
from blocks.measures import HEADINGS, Bar, Measures, Row, measure_sheet
from blocks.quotes import AGAINST, Proof, Quote, contradicted, numbered_quotes
from blocks.sheet import BEFORE_YOU_CALL, Part, Sheet, Statement, persona_sheet
from blocks.wording import full_date
from persona.model import Profile

_BAR_WIDTH: Final = 26
_INDENT: Final = (0, 0, 0, 2)
_LEVEL_STYLES: Final = {"high": "green", "medium": "yellow", "low": "red"}


def render_terminal(profile: Profile, *, now: datetime) -> RenderableType:
    """A rich renderable of the profile; made for 100 columns, it wraps to any width. Nothing in it is markup."""
    sheet, measures, quotes = persona_sheet(profile, now=now), measure_sheet(profile), numbered_quotes(profile)
    return Group(
        *_persona(sheet),
        *_insights(measures, profile),
        *_alike(measures),
        *_contradictions(contradicted(profile)),
        *_evidence(quotes),
    )


def _persona(sheet: Sheet) -> Iterator[RenderableType]:
    yield Rule(style="cyan")
    yield Text(sheet.title, style="bold")
    named = f"“{sheet.nickname.text}” {sheet.nickname.marks}" if sheet.nickname else ""
    about = " · ".join(filter(None, (named, sheet.about)))
    if about:
        yield Text(about, style="dim")
    if sheet.summary:
        yield Padding(_said(sheet.summary, with_confidence=True), (1, 0, 0, 0))
    if sheet.key_points:
        yield _heading(BEFORE_YOU_CALL)
        yield from (_bullet(_said(point)) for point in sheet.key_points)
    yield Text()
    yield _headlines(sheet.headlines)
    yield Text()
    if sheet.waiting:
        yield Text(sheet.waiting, style="italic")
    if sheet.parts:
        yield _facets(sheet.parts)
    yield from (Text(line, style="dim") for line in (*sheet.missing, *([""] if sheet.missing else []), *_told(sheet)))


def _told(sheet: Sheet) -> tuple[str, ...]:
    return (sheet.changes, *sheet.footer) if sheet.changes else sheet.footer


def _insights(measures: Measures, profile: Profile) -> Iterator[RenderableType]:
    yield _section(f"Behavioural insights, as of {full_date(profile.insights.as_of)}")
    if measures.bars:
        yield _chart(measures.bars)
    yield Text()
    yield from (Text(line) for line in (*measures.habits, *measures.quality))
    yield Text()
    if measures.rows:
        yield _table(measures.rows)
    yield from (Text(note, style="dim") for note in (*measures.thin, *measures.notes))


def _alike(measures: Measures) -> Iterator[RenderableType]:
    if measures.alike:
        yield _section(measures.alike_title)
    for one in measures.alike:
        yield _bullet(Text.assemble((one.name, "bold"), f" · {one.shared} · {one.outcome}"))
    if measures.alike and measures.preceded:
        yield _bullet(Text(measures.preceded))


def _evidence(quotes: Sequence[Quote]) -> Iterator[RenderableType]:
    if quotes:
        yield _section("Evidence")
    for quote in quotes:
        yield Text.assemble((quote.mark, "cyan"), " ", (quote.source, "dim"))
        yield Padding(Text(quote.said), (0, 0, 1, 4))


def _contradictions(found: Sequence[Proof]) -> Iterator[RenderableType]:
    if found:
        yield _section(AGAINST)
    for proof in found:
        yield _bullet(Text.assemble((proof.claim.text, "bold"), *(f"\n{contrary}" for contrary in proof.against)))


def _section(title: str) -> RenderableType:
    return Padding(Rule(Text(title, style="bold"), align="left", style="cyan"), (1, 0, 1, 0))


def _heading(title: str) -> RenderableType:
    return Padding(Text(title, style="bold cyan"), (1, 0, 0, 0))


def _bullet(text: Text) -> RenderableType:
    row = Table.grid(padding=(0, 1))
    row.add_row("•", text)
    return Padding(row, _INDENT)


def _said(statement: Statement, *, with_confidence: bool = False) -> Text:
    text = Text.assemble(statement.text, " ", (statement.marks, "cyan"))
    if with_confidence:
        text.append(f"  {statement.confidence}", style=_LEVEL_STYLES[statement.level])
    return text


def _headlines(headlines: Sequence[Headline]) -> RenderableType:
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    for _ in headlines:
        table.add_column(ratio=1)
    table.add_row(*(Text(headline.label, style="dim") for headline in headlines))
    table.add_row(*(Text(headline.value, style="bold") for headline in headlines))
    table.add_row(*(Text(headline.detail, style="dim") for headline in headlines))
    return table


def _facets(parts: Sequence[Part]) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold cyan", no_wrap=True)
    table.add_column(ratio=1)
    table.add_column(no_wrap=True)
    for part in parts:
        for index, statement in enumerate(part.statements):
            level = Text(statement.confidence, style=_LEVEL_STYLES[statement.level])
            table.add_row("" if index else part.title, _said(statement), level)
        if part.hidden:
            table.add_row("", Text(f"{part.hidden} more in the evidence below", style="dim"), "")
        table.add_row()
    return table


def _chart(bars: Sequence[Bar]) -> RenderableType:
    most = max(max(bar.inbound, bar.outbound) for bar in bars) or 1
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("Interactions by month")
    for heading, style in (("From them", "cyan"), ("From us", "blue")):
        table.add_column("", justify="right")
        table.add_column(heading, style=style, width=_BAR_WIDTH, no_wrap=True)
    for bar in bars:
        theirs, ours = ("█" * round(_BAR_WIDTH * n / most) for n in (bar.inbound, bar.outbound))
        table.add_row(bar.label, str(bar.inbound), theirs, str(bar.outbound), ours)
    return table


def _table(rows: Sequence[Row]) -> RenderableType:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim", show_edge=False)
    for heading in HEADINGS:
        whole = heading in {"Metric", "90 % interval", "Percentile"}
        table.add_column(Text(heading), justify="right" if heading == "n" else "left", no_wrap=whole, overflow="fold")
    for row in rows:
        cells = (row.label, row.value, row.n, row.interval, row.benchmark, row.percentile)
        table.add_row(*(Text(cell) for cell in cells))
    return table
