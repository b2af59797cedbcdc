"""The whole profile as a PDF that a manager prints: persona, figures, chart, metrics and every quote, numbered."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace

from blocks.figures import Headline
from blocks.measures import HEADINGS, Bar, Measures, measure_sheet
from blocks.paper import CONFIDENTIAL, FONT, INK, MARGIN, RULE, SOFT, Paper, plain
from blocks.quotes import Proof, Quote, contradicted, numbered_quotes
from blocks.sheet import BEFORE_YOU_CALL, Part, Sheet, Statement, persona_sheet
from blocks.wording import full_date
from persona.model import Profile

_THEIRS, _OURS = (18, 100, 163), (232, 145, 45)
_CHART: Final = 32.0
_COLUMNS: Final = (0.27, 0.15, 0.1, 0.16, 0.2, 0.12)


def render_pdf(profile: Profile, *, now: datetime) -> bytes:
    """The document, one to a few pages of A4. The same profile at the same time gives the same bytes.

    Letters that the font lacks (Chinese, Japanese, Korean, emoji) are shown as a box.
    """
    sheet, measures = persona_sheet(profile, now=now), measure_sheet(profile)
    paper = Paper(_footer(sheet, now))
    paper.set_creation_date(now)
    paper.set_title(plain(sheet.title))
    paper.add_page()
    _head(paper, sheet)
    _figures(paper, sheet.headlines)
    for part in sheet.parts:
        _part(paper, part)
    paper.small((*sheet.missing, *sheet.footer))
    _measures(paper, measures)
    _contradictions(paper, contradicted(profile))
    _evidence(paper, numbered_quotes(profile))
    return bytes(paper.output())


def _head(paper: Paper, sheet: Sheet) -> None:
    paper.say(sheet.title, size=15, style="B")
    named = f"“{sheet.nickname.text}”" if sheet.nickname else ""
    paper.say(" · ".join(filter(None, (named, sheet.about))), size=8.5, soft=True)
    if sheet.summary:
        paper.ln(1.5)
        paper.say(_said(sheet.summary), size=10.5)
    if sheet.key_points:
        paper.heading(BEFORE_YOU_CALL)
        _list(paper, sheet.key_points)
    if sheet.waiting:
        paper.say(sheet.waiting, style="I")


def _figures(paper: Paper, headlines: Sequence[Headline]) -> None:
    """Figures side by side, each with what it rests on below."""
    if not headlines:
        return
    paper.ln(2.5)
    width = (paper.w - 2 * MARGIN) / len(headlines)
    top, bottom = paper.get_y(), paper.get_y()
    for number, headline in enumerate(headlines):
        left = MARGIN + number * width
        for text, size, style in ((headline.label, 7.5, ""), (headline.value, 11, "B"), (headline.detail, 6.5, "")):
            paper.set_xy(left, top if size == 7.5 else paper.get_y())
            paper.set_font(FONT, style, size)
            paper.set_text_color(*(INK if style else SOFT))
            paper.multi_cell(width - 2, size * 0.46, plain(text), align="L", new_x=XPos.LEFT, new_y=YPos.NEXT)
        bottom = max(bottom, paper.get_y())
    paper.set_text_color(*INK)
    paper.set_y(bottom)


def _part(paper: Paper, part: Part) -> None:
    paper.heading(part.title)
    _list(paper, part.statements, confidence=True)
    if part.hidden:
        paper.say(f"…and {part.hidden} more", size=7.5, soft=True, indent=4)


def _list(paper: Paper, statements: Iterable[Statement], *, confidence: bool = False) -> None:
    for statement in statements:
        tail = f"  {statement.confidence}" if confidence else ""
        paper.say(f"•  {_said(statement)}{tail}", indent=2)


def _said(statement: Statement) -> str:
    return f"{statement.text}  {statement.marks}"


def _measures(paper: Paper, measures: Measures) -> None:
    if measures.bars:
        paper.heading("Interactions by month")
        _chart(paper, measures.bars)
    if measures.rows:
        paper.heading("Figures")
        _table(paper, measures)
    paper.small((*measures.habits, *measures.quality, *measures.thin, *measures.notes))
    if measures.alike:
        paper.heading(measures.alike_title)
        for alike in measures.alike:
            paper.say(f"•  {alike.name} · {alike.shared} · {alike.outcome}", indent=2)


def _chart(paper: Paper, bars: Sequence[Bar]) -> None:
    """Both directions a month, as vectors, with the numbers over the bars."""
    if paper.get_y() + _CHART + 14 > paper.h - MARGIN:
        paper.add_page()
    most = max(max(bar.inbound, bar.outbound) for bar in bars) or 1
    step = (paper.w - 2 * MARGIN) / len(bars)
    base = paper.get_y() + _CHART + 4
    for index, bar in enumerate(bars):
        for side, (count, colour) in enumerate(((bar.inbound, _THEIRS), (bar.outbound, _OURS))):
            height = _CHART * count / most
            left = MARGIN + index * step + step * (0.12 + 0.38 * side)
            paper.set_fill_color(*colour)
            paper.rect(left, base - height, step * 0.34, height, style="F")
            _label(paper, str(count), left, base - height - 3, step * 0.34)
        _label(paper, bar.label, MARGIN + index * step, base + 0.6, step)
    paper.set_draw_color(*RULE)
    paper.line(MARGIN, base, paper.w - MARGIN, base)
    paper.set_y(base + 4.5)
    paper.say("Left of each pair: from them. Right: from us.", size=7, soft=True)


def _label(paper: Paper, text: str, left: float, top: float, width: float) -> None:
    paper.set_font(FONT, size=5.5)
    paper.set_xy(left, top)
    paper.cell(width, 3, plain(text), align="C")


def _table(paper: Paper, measures: Measures) -> None:
    paper.set_font(FONT, size=7.5)
    paper.set_draw_color(*RULE)
    paper.set_fill_color(255, 255, 255)
    widths = [share * (paper.w - 2 * MARGIN) for share in _COLUMNS]
    bold = FontFace(emphasis="BOLD")
    with paper.table(col_widths=widths, line_height=4, headings_style=bold, text_align="LEFT") as table:
        for cells in (
            HEADINGS,
            *((r.label, r.value, r.n, r.interval, r.benchmark, r.percentile) for r in measures.rows),
        ):
            row = table.row()
            for cell in cells:
                row.cell(plain(cell))


def _contradictions(paper: Paper, found: Sequence[Proof]) -> None:
    if not found:
        return
    paper.heading("What speaks against a claim")
    for proof in found:
        paper.say(f"•  {proof.claim.text}", indent=2)
        for contrary in proof.against:
            paper.say(contrary, size=8, soft=True, indent=6)


def _evidence(paper: Paper, quotes: Sequence[Quote]) -> None:
    if not quotes:
        return
    paper.heading("Evidence")
    for quote in quotes:
        paper.say(f"{quote.mark}  {quote.said}", size=8.5, indent=2)
        paper.say(quote.source, size=7, soft=True, indent=7)


def _footer(sheet: Sheet, now: datetime) -> str:
    return plain(f"{sheet.title} · {full_date(now)} · {CONFIDENTIAL}")
