"""Puts a line of Hebrew or Arabic into the order it is drawn in, for paper that draws from left to right."""

import unicodedata
from typing import Final

from fpdf.bidi import BidiParagraph

_FROM_THE_RIGHT: Final = frozenset({"R", "AL"})


def reads_from_the_right(text: str) -> bool:
    """Whether any letter is of an alphabet written from right to left."""
    return any(unicodedata.bidirectional(letter) in _FROM_THE_RIGHT for letter in text)


def drawn_order(line: str) -> str:
    """One line, already broken, in the order of its letters from left to right (unicode.org/reports/tr9).

    Arabic letters keep their unjoined forms: joining them takes a shaping library.
    """
    if not reads_from_the_right(line):
        return line
    found: str = BidiParagraph(text=line).get_reordered_string()
    return found
