"""Text into sentences and words, in the four languages we read, without changing a character of what is kept."""

import re
from dataclasses import dataclass
from typing import Final

_ABBREVIATIONS: Final = frozenset(
    "mr mrs ms dr prof st no nr vs etc approx dept inc ltd co fig tel ext ca bzw usw ggf evtl inkl mme mlle sr sra sres"
    " jan feb mar apr jun jul aug sep sept oct nov dec a.m p.m e.g i.e z.b d.h u.a o.ä p.ej".split()
)
_END: Final = re.compile(r"""[.!?…]+["”’»)\]]*(?=\s)|\n\s*\n""")
_LAST_WORD: Final = re.compile(r"([\w.]+)$")
_HARD_BREAK: Final = re.compile(r"\n(?=\s*(?:[-*•–]\s|\d+[.)]\s))|(?<=[,:])[ \t]*\n")
_LINE_BREAK: Final = re.compile(r"\n")
_GREETING: Final = re.compile(
    r"(?i)^(hi|hello|hey|dear|good (morning|afternoon|evening|day)|morning|guten (tag|morgen|abend)|hallo|liebe[rs]?|"
    r"sehr geehrte[rs]?|grüß gott|moin|bonjour|bonsoir|cher|chère|salut|hola|buen[oa]s (días|tardes|noches)|"
    r"estimad[oa]s?)\b[^.?]{0,40}[,!.–-]?$"
)
_COURTESY: Final = re.compile(
    r"(?i)^((many |best |kind |warm )?(thanks|thank you|regards|cheers|best|sincerely|yours)( again| so much| all)?|"
    r"(viele|beste|freundliche) grüße|mit freundlichen grüßen|cordialement|bien à vous|saludos|un saludo|atentamente)"
    r"\W*$"
)
_WRAP: Final = 50
_APOSTROPHE: Final = re.compile(r"['’`]")
_NOT_WORD: Final = re.compile(r"[^\w%?]+")
_MARK: Final = re.compile(r"([%?])")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A slice of a text: `text` is `source[start:end]`, verbatim."""

    text: str
    start: int
    end: int


def split_sentences(source: str) -> list[Sentence]:
    """The sentences of a text in order; each is a verbatim slice of it. Blank stretches are left out."""
    cuts = [0, *sorted(_cuts(source)), len(source)]
    sentences = (_trimmed(source, start, end) for start, end in zip(cuts, cuts[1:], strict=False))
    return [sentence for sentence in sentences if sentence.text]


def is_courtesy(text: str) -> bool:
    """Whether a sentence is only a greeting or a closing."""
    stripped = text.strip()
    return bool(_GREETING.match(stripped) or _COURTESY.match(stripped))


def normalise(text: str) -> str:
    """Lower case, words parted by single spaces and a space at both ends; apostrophes gone, ? and % kept as words."""
    plain = _NOT_WORD.sub(" ", _APOSTROPHE.sub("", text.lower()))
    words = _MARK.sub(r" \1 ", plain).split()
    return f" {' '.join(words)} "


def word_set(text: str) -> frozenset[str]:
    """The distinct normalised words of four letters or more, and all numbers: what two sentences can share."""
    return frozenset(word for word in normalise(text).split() if len(word) >= 4 or word.isdigit())


def _cuts(source: str) -> set[int]:
    ends = {match.end() for match in _END.finditer(source) if not _is_abbreviation(source, match)}
    ends |= {match.end() for match in _HARD_BREAK.finditer(source)}
    return ends | {match.end() for match in _LINE_BREAK.finditer(source) if not _is_wrap(source, match.start())}


def _is_abbreviation(source: str, match: re.Match[str]) -> bool:
    if match.group() != ".":
        return False
    word = _LAST_WORD.search(source, max(0, match.start() - 12), match.start())
    return word is not None and (
        word.group(1).lower() in _ABBREVIATIONS or re.fullmatch(r"[A-Z]", word.group(1)) is not None
    )


def _is_wrap(source: str, newline: int) -> bool:
    """A line break inside a sentence, where a mail program wrapped a long line."""
    line_start = source.rfind("\n", 0, newline) + 1
    following = source[newline + 1 : newline + 2]
    return newline - line_start >= _WRAP and following.strip() != "" and not following.isupper()


def _trimmed(source: str, start: int, end: int) -> Sentence:
    piece = source[start:end]
    left = len(piece) - len(piece.lstrip())
    text = piece.strip()
    return Sentence(text=text, start=start + left, end=start + left + len(text))
