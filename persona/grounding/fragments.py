"""Cuts text into clauses, the reach of a negation; a colon or a short "and" doesn't end it ("I won't: any agent")."""

import re
from typing import Final

_BOUNDARY: Final = re.compile(
    r"[.,;!?()\n]+(?:\s(?!(?:wer|was|wo|wie|ob|dass|welche\w*)\s)|$)|\s:\s|(?<!n't)(?<!n’t)(?<!\bnot):\s+(?=(?:\S+\s+){3})|\s[–—-]\s|\s(?=(?:but|because|so|aber|sondern|weil|mais|parce|pero|sino|porque)\s)"
    r"|\s(?=(?:puisque|ya que|perch[eé]|poich[eé]|però|porém|mas|ma|pois|whereas|although)\s)"
    r"|\s(?=since\s(?!\d|then|last|this|that|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun))"
    r"|\s(?=as\s(?:(?:it|they|there|he|she|nobody|nothing|every|each|most|no\sone)\s"
    r"|(?:\w+\s){1,3}(?:is|are|isn't|aren't|don't|doesn't|do|does|can't|cannot|has|have|hasn't|haven't|never|won't)\s))"
    r"|\s(?=(?:and|und|et|y|e)\s(?:no|nobody|never|not|don't|doesn't|won't|can't|cannot|niemand|keine?r?|nie|nicht|personne"
    r"|jamais|nadie|nunca|nessuno|non|ninguém|não)\s)"
    r"|\s(?=(?:and|und|et|y|e)(?:\s+\S+){4})",
    re.IGNORECASE,
)


def clauses(text: str) -> list[str]:
    """The clauses of a text, in order; a question keeps its mark, so that it can be told from a statement."""
    begins, found = 0, []
    for boundary in _BOUNDARY.finditer(text):
        found.append(text[begins : boundary.end()])
        begins = boundary.end()
    return [c for c in [*found, text[begins:]] if c.strip()]


def clause_at(text: str, position: int) -> str:
    """The clause that holds a position of the text."""
    begins = max((m.end() for m in _BOUNDARY.finditer(text) if m.end() <= position), default=0)
    return next(iter(clauses(text[begins:])), "")


def clause_before(text: str, start: int) -> str:
    """What stands between the beginning of the clause and a position in it."""
    window = text[max(0, start - 200) : start]
    ends = [m.end() for m in _BOUNDARY.finditer(window)]
    return window[ends[-1] :] if ends else window


def spanned(sentence: str, quote: str) -> str:
    """The clauses of a sentence that a quote of it touches; the quote itself when it isn't found there."""
    start = sentence.find(quote)
    if start < 0:
        return quote
    before, last = clause_before(sentence, start), start + max(0, len(quote.rstrip(" .,;!?")) - 1)
    end = next((m.end() for m in _BOUNDARY.finditer(sentence) if m.start() >= last), len(sentence))
    return sentence[start - len(before) : max(end, start + len(quote))]
