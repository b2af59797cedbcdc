"""The paper that our PDFs are printed on: A4, one font, and text that reads right whichever way it runs."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final, cast

import matplotlib as mpl
from fpdf import FPDF
from fpdf.enums import MethodReturnValue, XPos, YPos
from matplotlib.ft2font import FT2Font

from blocks.right_to_left import drawn_order, reads_from_the_right
from blocks.text import few_lines

FONT: Final = "DejaVu"
_FACES: Final = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf", "I": "DejaVuSans-Oblique.ttf"}
INK, SOFT, RULE = (29, 28, 29), (97, 96, 97), (221, 221, 221)
MARGIN: Final = 18.0
BODY: Final = 9.5
LINE: Final = 4.8
CONFIDENTIAL: Final = "Confidential: customer data"


class Paper(FPDF):
    """A4 with our font, margins and footer."""

    def __init__(self, footer: str) -> None:
        super().__init__(format="A4")
        self._said = footer
        for style, file in _FACES.items():
            self.add_font(FONT, style, _fonts() / file)
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(auto=True, margin=MARGIN)
        self.set_text_color(*INK)
        self.set_font(FONT, size=BODY)

    def footer(self) -> None:
        """What stands at the foot of each page."""
        self.set_y(-12)
        self.set_font(FONT, size=7)
        self.set_text_color(*SOFT)
        self.cell(0, 4, drawn_order(self._said), align="L")
        self.set_x(MARGIN)
        self.cell(0, 4, f"{self.page_no()} of {{nb}}", align="R")
        self.set_text_color(*INK)

    def say(self, text: str, *, size: float = BODY, style: str = "", soft: bool = False, indent: float = 0) -> None:
        """A paragraph from margin to margin."""
        self.set_font(FONT, style, size)
        self.set_text_color(*(SOFT if soft else INK))
        self.set_x(MARGIN + indent)
        width = self.w - 2 * MARGIN - indent
        height = LINE * size / BODY
        self.multi_cell(width, height, self._drawn(text, width), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_text_color(*INK)

    def _drawn(self, text: str, width: float) -> str:
        """The letters the font can show; from right to left they are put in order line by line, so lines come first."""
        shown = plain(text)
        if not reads_from_the_right(shown):
            return shown
        broken = self.multi_cell(width, 1, shown, align="L", dry_run=True, output=MethodReturnValue.LINES)
        return "\n".join(map(drawn_order, cast("list[str]", broken)))

    def heading(self, text: str) -> None:
        """The title of a part, kept with what follows."""
        if self.get_y() > self.h - 2 * MARGIN - 3 * LINE:
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


@cache
def _fonts() -> Path:
    return Path(mpl.get_data_path()) / "fonts" / "ttf"


@cache
def _letters() -> frozenset[int]:
    """The code points that the font can show."""
    return frozenset(FT2Font(str(_fonts() / _FACES[""])).get_charmap())


def plain(text: str) -> str:
    """The text with a box for each letter that the font lacks (Chinese, Japanese, Korean, emoji)."""
    return "".join(c if c.isspace() or ord(c) in _letters() else "□" for c in few_lines(text))
