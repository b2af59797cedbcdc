"""A remark as a claim in plain English: told in the third person where that is safe, else quoted under its subject."""

import calendar
import re
from typing import Final

from persona.frames import frames_of
from persona.model import Facet
from persona.turns_of_phrase import is_negated
from persona.writers.rules.remarks import Remark
from persona.writers.rules.retelling import retell
from persona.writers.rules.themes import Theme, find_theme

_QUOTE_LENGTH: Final = 195  # with its label within what a claim may hold
_NOTE_LENGTH: Final = 184
_OWNING: Final = re.compile(r"(?:Has (?:an?|the|no|some|their|two|three|\d+)|Is)\b")
"""How a retelling begins that only says what they have; as a pain it needs its label."""
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
_BY_FRAME: Final = {
    Facet.PAIN_POINTS: (
        ("inability", "What they can't see or do today"),
        ("loss", "What goes wrong today"),
    ),
    Facet.BUYING_MOTIVATIONS: (
        ("duty", "Has to answer for it to others"),
        ("outcome", "A result that counts for them"),
        ("deadline", "Has a date to keep"),
    ),
    Facet.BUYING_BEHAVIOUR: (
        ("paperwork", "Goes by formal papers"),
        ("no_form", "Says in which form they would buy"),
    ),
}
"""What a claim is called when no theme names it: by what the sentence does."""
_WANTED: Final = frozenset({"goal", "gain"})
"""What a sentence must do for its theme, and not its date or its duty, to be what they are after."""
_NEUTRAL_HOLDS: Final = (Facet.PAIN_POINTS,)
_QUESTION: Final = "A question to answer"
_OPENINGS: Final = (
    ("correction", "What has changed", "What has changed"),
    ("asked", "Asked about {topic}", "What was asked"),
    ("no_form", "Won't buy it in this form", "Won't buy it in this form"),
    ("condition", "Sets a condition", "Sets a condition"),
    ("worry", "Has doubts about {topic}", "Has a doubt"),
    ("expensive", "Finds the price hard to accept", "Finds the price hard to accept"),
    ("burned", "Was let down before", "Was let down before"),
    ("colleague_doubt", "Expects resistance from colleagues", "Expects resistance from colleagues"),
    ("enough", "Has something that does the job", "Has something that does the job"),
    ("tough", "Asks about {topic}", _QUESTION),
)
"""How a doubt is raised, by its frame: with its topic named and without."""
_ANSWERS: Final = {
    "asked": "Have an answer ready",
    "no_form": "Offer it in the form they want",
    "condition": "Work with their condition",
    "expensive": "Say what it saves before what it costs",
    "burned": "Show what would be different this time",
    "colleague_doubt": "Help them answer their colleagues",
    "enough": "Show what it adds to what they have",
}
"""What to do first about a doubt, by the frame it is raised in."""
_INTERJECTION: Final = re.compile(
    r"(?i)^(?:(?:fine|yes|no|ok|okay|good|grand|right|well|sure|thanks|ja|nein|gut|danke|oui|non|bon|merci|s[ií]|bueno|"
    r"gracias|bene|grazie|sim|obrigad[oa]|\d[\d.]*)[.!]\s+)(?=\w.{20})"
)
_SINGLE: Final = "'"
_PASSING: Final = frozenset({Facet.DECISION_PATTERN})
"""Facets whose facts pass: an old one is told with its month."""
_DOUBLE: Final = re.compile(r"[“”„«»\"]")
PLAIN_LABELS: Final = frozenset({*_UNNAMED.values(), _QUESTION})
"""Labels that say nothing of the subject: the facet in other words."""


def phrase(remark: Remark, facet: Facet, *, again: bool = False) -> str:
    """The claim a remark supports, without a full stop; numbers and names in it are the remark's own.

    What was told of another facet already is told `again` by what it says for this one.
    """
    told = None if again or facet is Facet.LIKELY_OBJECTIONS else retell(remark)
    if told and facet is Facet.PAIN_POINTS and _OWNING.match(told):
        told = None
    if facet in _PASSING and remark.is_old:
        return f"{label(remark.text, facet)}, as of {month_of(remark)}: {quoted(remark)}"
    return told or f"{label(remark.text, facet)}: {quoted(remark)}"


def label(text: str, facet: Facet) -> str:
    """What the text is about, in the words of a claim; neutral when a negation could turn the label round."""
    theme = find_theme(text, facet)
    if facet is Facet.LIKELY_OBJECTIONS:
        return _objection(text, theme)
    if theme is None or (_has_own_name(text, facet) and not _says_theme(text, facet, theme)):
        return _framed(text, facet)
    return theme.labels[facet] if facet in _NEUTRAL_HOLDS or not is_negated(text) else theme.topic


def answer_to(text: str) -> str:
    """What to do first about a doubt that is no question: by how it is raised."""
    frames = frames_of(text)
    raised = next((frame for frame, *_ in _OPENINGS if frame in frames), "")
    return _ANSWERS.get(raised, "Deal first with their doubt")


def _says_theme(text: str, facet: Facet, theme: Theme) -> bool:
    """Whether the theme says more than what the sentence does: by a word of its own, a motive by what it is for too."""
    if facet is Facet.BUYING_MOTIVATIONS:
        return theme.is_worded(text) and bool(frames_of(text) & _WANTED)
    return facet is not Facet.PAIN_POINTS or theme.is_worded(text)


def _has_own_name(text: str, facet: Facet) -> bool:
    return any(frame in frames_of(text) for frame, _ in _BY_FRAME.get(facet, ()))


def _framed(text: str, facet: Facet) -> str:
    """The label of the first frame that the sentence has and the facet names; else the facet's own."""
    frames = frames_of(text)
    return next((name for frame, name in _BY_FRAME.get(facet, ()) if frame in frames), _UNNAMED[facet])


def _objection(text: str, theme: Theme | None) -> str:
    asks = text.rstrip("”\"' ").endswith("?")
    frames = {"tough"} if asks else frames_of(text) - {"tough"}
    opening = next((entry for entry in _OPENINGS if entry[0] in frames), None)
    if opening is None:
        return theme.labels[Facet.LIKELY_OBJECTIONS] if theme else _UNNAMED[Facet.LIKELY_OBJECTIONS]
    return opening[1].format(topic=_small(theme.topic)) if theme else opening[2]


def _small(topic: str) -> str:
    return topic[:1].lower() + topic[1:]


def month_of(remark: Remark) -> str:
    """ "March 2026", when the remark was said."""
    return f"{calendar.month_name[remark.occurred_at.month]} {remark.occurred_at.year}"


def quoted(remark: Remark) -> str:
    """The remark as a quotation, cut at a clause when long; a note of ours is said to be one."""
    inner = (
        trim(_INTERJECTION.sub("", remark.text), _QUOTE_LENGTH if remark.own else _NOTE_LENGTH)
        .strip("“”„«» ")
        .rstrip(".,;")
        .strip("'‘’")
    )
    text = f"“{_DOUBLE.sub(_SINGLE, inner)}”"
    return text if remark.own else f"{text} (our note)"


def trim(text: str, length: int) -> str:
    """The text on one line, cut at the last clause within the length, with an ellipsis where cut."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    cuts = [m.start() for m in _CLAUSE.finditer(line[:length])]
    end = cuts[-1] if cuts and cuts[-1] >= length // 2 else line.rfind(" ", 0, length)
    return f"{line[:end].rstrip(' ,;:–—-')} …"
