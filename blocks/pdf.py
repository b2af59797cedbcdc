"""The whole profile as a PDF that a manager prints: persona, figures, chart, metrics and every quote, numbered."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final, cast

import matplotlib as mpl
from fpdf import FPDF
from fpdf.enums import MethodReturnValue, XPos, YPos
from fpdf.fonts import FontFace
from matplotlib.ft2font import FT2Font

from blocks.figures import Headline
from blocks.measures import HEADINGS, Bar, Measures, measure_sheet
from blocks.quotes import Proof, Quote, contradicted, numbered_quotes
from blocks.right_to_left import drawn_order, reads_from_the_right
from blocks.sheet import BEFORE_YOU_CALL, Part, Sheet, Statement, persona_sheet
from blocks.text import few_lines
from blocks.wording import full_date
from persona.model import Profile

_FONT: Final = "DejaVu"
_FACES: Final = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf", "I": "DejaVuSans-Oblique.ttf"}
_INK, _SOFT, _RULE = (29, 28, 29), (97, 96, 97), (221, 221, 221)
_THEIRS, _OURS = (18, 100, 163), (232, 145, 45)
_MARGIN: Final = 18.0
_BODY: Final = 9.5
_LINE: Final = 4.8
_CHART: Final = 32.0
_COLUMNS: Final = (0.27, 0.15, 0.1, 0.16, 0.2, 0.12)
_CONFIDENTIAL: Final = "Confidential: customer data"


def render_pdf(profile: Profile, *, now: datetime) -> bytes:
    """The document, one to a few pages of A4. The same profile at the same time gives the same bytes.

    Letters that the font lacks (Chinese, Japanese, Korean, emoji) are shown as a box.
    """
    sheet, measures = persona_sheet(profile, now=now), measure_sheet(profile)
    paper = _Paper(_footer(sheet, now))
    paper.set_creation_date(now)
    paper.set_title(_plain(sheet.title))
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


class _Paper(FPDF):
    """A4 with our font, margins and footer."""

    def __init__(self, footer: str) -> None:
        super().__init__(format="A4")
        self._said = footer
        for style, file in _FACES.items():
            self.add_font(_FONT, style, _fonts() / file)
        self.set_margins(_MARGIN, _MARGIN)
        self.set_auto_page_break(auto=True, margin=_MARGIN)
        self.set_text_color(*_INK)
        self.set_font(_FONT, size=_BODY)

    def footer(self) -> None:
        """What stands at the foot of each page."""
        self.set_y(-12)
        self.set_font(_FONT, size=7)
        self.set_text_color(*_SOFT)
        self.cell(0, 4, drawn_order(self._said), align="L")
        self.set_x(_MARGIN)
        self.cell(0, 4, f"{self.page_no()} of {{nb}}", align="R")
        self.set_text_color(*_INK)

    def say(self, text: str, *, size: float = _BODY, style: str = "", soft: bool = False, indent: float = 0) -> None:
        """A paragraph from margin to margin."""
        self.set_font(_FONT, style, size)
        self.set_text_color(*(_SOFT if soft else _INK))
        self.set_x(_MARGIN + indent)
        width = self.w - 2 * _MARGIN - indent
        height = _LINE * size / _BODY
        self.multi_cell(width, height, self._drawn(text, width), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_text_color(*_INK)

    def _drawn(self, text: str, width: float) -> str:
        """The letters the font can show; from right to left they are put in order line by line, so lines come first."""
        plain = _plain(text)
        if not reads_from_the_right(plain):
            return plain
        broken = self.multi_cell(width, 1, plain, align="L", dry_run=True, output=MethodReturnValue.LINES)
        return "\n".join(map(drawn_order, cast("list[str]", broken)))

    def heading(self, text: str) -> None:
        """The title of a part, kept with what follows."""
        if self.get_y() > self.h - 2 * _MARGIN - 3 * _LINE:
            self.add_page()
        self.ln(2.2)
        self.say(text, size=10.5, style="B")
        self.ln(0.4)

    def small(self, lines: Iterable[str]) -> None:
        """Small soft lines."""
        found = [line for line in lines if line]
        if found:
            self.ln(1.5)
        for line in found:
            self.say(line, size=7.5, soft=True)


def _head(paper: _Paper, sheet: Sheet) -> None:
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


def _figures(paper: _Paper, headlines: Sequence[Headline]) -> None:
    """Figures side by side, each with what it rests on below."""
    if not headlines:
        return
    paper.ln(2.5)
    width = (paper.w - 2 * _MARGIN) / len(headlines)
    top, bottom = paper.get_y(), paper.get_y()
    for number, headline in enumerate(headlines):
        left = _MARGIN + number * width
        for text, size, style in ((headline.label, 7.5, ""), (headline.value, 11, "B"), (headline.detail, 6.5, "")):
            paper.set_xy(left, top if size == 7.5 else paper.get_y())
            paper.set_font(_FONT, style, size)
            paper.set_text_color(*(_INK if style else _SOFT))
            paper.multi_cell(width - 2, size * 0.46, _plain(text), align="L", new_x=XPos.LEFT, new_y=YPos.NEXT)
        bottom = max(bottom, paper.get_y())
    paper.set_text_color(*_INK)
    paper.set_y(bottom)


def _part(paper: _Paper, part: Part) -> None:
    paper.heading(part.title)
    _list(paper, part.statements, confidence=True)
    if part.hidden:
        paper.say(f"…and {part.hidden} more", size=7.5, soft=True, indent=4)


def _list(paper: _Paper, statements: Iterable[Statement], *, confidence: bool = False) -> None:
    for statement in statements:
        tail = f"  {statement.confidence}" if confidence else ""
        paper.say(f"•  {_said(statement)}{tail}", indent=2)


def _said(statement: Statement) -> str:
    return f"{statement.text}  {statement.marks}"


def _measures(paper: _Paper, measures: Measures) -> None:
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


def _chart(paper: _Paper, bars: Sequence[Bar]) -> None:
    """Both directions a month, as vectors, with the numbers over the bars."""
    if paper.get_y() + _CHART + 14 > paper.h - _MARGIN:
        paper.add_page()
    most = max(max(bar.inbound, bar.outbound) for bar in bars) or 1
    step = (paper.w - 2 * _MARGIN) / len(bars)
    base = paper.get_y() + _CHART + 4
    for index, bar in enumerate(bars):
        for side, (count, colour) in enumerate(((bar.inbound, _THEIRS), (bar.outbound, _OURS))):
            height = _CHART * count / most
            left = _MARGIN + index * step + step * (0.12 + 0.38 * side)
            paper.set_fill_color(*colour)
            paper.rect(left, base - height, step * 0.34, height, style="F")
            _label(paper, str(count), left, base - height - 3, step * 0.34)
        _label(paper, bar.label, _MARGIN + index * step, base + 0.6, step)
    paper.set_draw_color(*_RULE)
    paper.line(_MARGIN, base, paper.w - _MARGIN, base)
    paper.set_y(base + 4.5)
    paper.say("Left of each pair: from them. Right: from us.", size=7, soft=True)


def _label(paper: _Paper, text: str, left: float, top: float, width: float) -> None:
    paper.set_font(_FONT, size=5.5)
    paper.set_xy(left, top)
    paper.cell(width, 3, _plain(text), align="C")


def _table(paper: _Paper, measures: Measures) -> None:
    paper.set_font(_FONT, size=7.5)
    paper.set_draw_color(*_RULE)
    paper.set_fill_color(255, 255, 255)
    widths = [share * (paper.w - 2 * _MARGIN) for share in _COLUMNS]
    bold = FontFace(emphasis="BOLD")
    with paper.table(col_widths=widths, line_height=4, headings_style=bold, text_align="LEFT") as table:
        for cells in (
            HEADINGS,
            *((r.label, r.value, r.n, r.interval, r.benchmark, r.percentile) for r in measures.rows),
        ):
            row = table.row()
            for cell in cells:
                row.cell(_plain(cell))


def _contradictions(paper: _Paper, found: Sequence[Proof]) -> None:
    if not found:
        return
    paper.heading("What speaks against a claim")
    for proof in found:
        paper.say(f"•  {proof.claim.text}", indent=2)
        for contrary in proof.against:
            paper.say(contrary, size=8, soft=True, indent=6)


def _evidence(paper: _Paper, quotes: Sequence[Quote]) -> None:
    if not quotes:
        return
    paper.heading("Evidence")
    for quote in quotes:
        paper.say(f"{quote.mark}  {quote.said}", size=8.5, indent=2)
        paper.say(quote.source, size=7, soft=True, indent=7)


def _footer(sheet: Sheet, now: datetime) -> str:
    return _plain(f"{sheet.title} · {full_date(now)} · {_CONFIDENTIAL}")


@cache
def _fonts() -> Path:
    return Path(mpl.get_data_path()) / "fonts" / "ttf"


@cache
def _letters() -> frozenset[int]:
    """The code points that the font can show."""
    return frozenset(FT2Font(str(_fonts() / _FACES[""])).get_charmap())


def _plain(text: str) -> str:
    return "".join(c if c.isspace() or ord(c) in _letters() else "□" for c in few_lines(text))
