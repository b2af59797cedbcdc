"""A remark as a claim in plain English: told in the third person where that is safe, else quoted under its subject."""

import re
from typing import Final

from persona.model import Facet
from persona.turns_of_phrase import is_negated
from persona.writers.rules.remarks import Remark
from persona.writers.rules.retelling import retell
from persona.writers.rules.themes import find_theme

_QUOTE_LENGTH: Final = 130
_CLAUSE: Final = re.compile(
    r"(?:[,;:–—]|\s[-–]|\.)\s+|\s+(?=(?:but|because|so that|and then|which|aber|weil|mais|pero|porque)\s)"
)
_UNNAMED: Final = {
    Facet.PAIN_POINTS: "What goes wrong today",
    Facet.BUYING_MOTIVATIONS: "What they are after",
    Facet.LIKELY_OBJECTIONS: "A doubt to answer",
    Facet.DECISION_PATTERN: "How it gets decided",
    Facet.BUYING_BEHAVIOUR: "How they buy",
}
_NEUTRAL_HOLDS: Final = (Facet.PAIN_POINTS, Facet.LIKELY_OBJECTIONS)
_QUESTION: Final = "A question to answer"
PLAIN_LABELS: Final = frozenset({*_UNNAMED.values(), _QUESTION})
"""Labels that say nothing of the subject: the facet in other words."""


def phrase(remark: Remark, facet: Facet) -> str:
    """The claim a remark supports, without a full stop; numbers and names in it are the remark's own."""
    told = None if facet is Facet.LIKELY_OBJECTIONS else retell(remark)
    return told or f"{label(remark.text, facet)}: {quoted(remark)}"


def label(text: str, facet: Facet) -> str:
    """What the text is about, in the words of a claim; neutral when a negation could turn the label round."""
    theme = find_theme(text, facet)
    if theme is None:
        asks = facet is Facet.LIKELY_OBJECTIONS and text.rstrip("”\"' ").endswith("?")
        return _QUESTION if asks else _UNNAMED[facet]
    return theme.labels[facet] if facet in _NEUTRAL_HOLDS or not is_negated(text) else theme.topic


def quoted(remark: Remark) -> str:
    """The remark as a quotation, cut at a clause when long; a note of ours is said to be one."""
    text = f"“{trim(remark.text, _QUOTE_LENGTH).strip('“”').rstrip('.,;')}”"
    return text if remark.own else f"{text} (our note)"


def trim(text: str, length: int) -> str:
    """The text on one line, cut at the last clause within the length, with an ellipsis where cut."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    cuts = [m.start() for m in _CLAUSE.finditer(line[:length])]
    end = cuts[-1] if cuts and cuts[-1] >= length // 2 else line.rfind(" ", 0, length)
    return f"{line[:end].rstrip(' ,;:–—-')} …"
