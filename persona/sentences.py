"""Text into sentences and words, in the four languages we read, without changing a character of what is kept."""

import re
from dataclasses import dataclass
from typing import Final

from persona.turns_of_phrase import turn_of_phrase, word_list

_END: Final = re.compile(r"""[.!?…]+["”’»)\]]*(?=\s)|\n\s*\n""")
_ORDINAL: Final = re.compile(
    r"\d\.\s+(?:[a-zäöü]|Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|Nov|Dez)"
)
_UNIT: Final = re.compile(r"\d\s?(?:ms|no|st)$")
_LAST_WORD: Final = re.compile(r"([\w.]+)$")
_HARD_BREAK: Final = re.compile(r"\n(?=[ \t]*(?:[-*•–]\s|\d+[.)]\s))|(?<=[,:])[ \t]*\n")
_BULLET: Final = re.compile(r"[ \t]*(?:[-*•–>|]\s|\d{1,2}[.)]\s)")
_LINE_BREAK: Final = re.compile(r"\n")
_FORMULA_WORDS: Final = 18
_NO_PROSE: Final = re.compile(
    r"https?://|www\.|<[^>\s]+>|\[(?:\d+|e-?mail|cid:.*)\]|^[\w-]+-by:|--\w|[{}|\\_=]{2,}|\w\(\)|"
    r"\d{3}[)\s.-]+\d{3}"
)
_SPOKEN: Final = re.compile(r"""["“„«'‘(¿¡-]*[$€£#]?\w[\w.,:'’%€$£&/-]*["”»'’).,:;!?…]*""")
_PROSE_SHARE: Final = 0.8
_WRAP: Final = 50
_NEARBY: Final = 2000
_APOSTROPHE: Final = re.compile(r"['’`]")
_NOT_WORD: Final = re.compile(r"[^\w%?]+")
_ACRONYM: Final = re.compile(r"\b[A-Z]{2,3}\b")
_MARK: Final = re.compile(r"([%?])")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A slice of a text: `text` is `source[start:end]`, verbatim."""

    text: str
    start: int
    end: int


def split_sentences(source: str) -> list[Sentence]:
    """The sentences of a text in order; each is a verbatim slice of it. Blank stretches are left out.

    A single word goes with the sentence after it on its line ("Nights. After nine.").
    """
    cuts = [0, *sorted(_cuts(source)), len(source)]
    sentences: list[Sentence] = []
    start = 0
    for end in cuts[1:]:
        piece = _trimmed(source, start, end)
        if piece.text and " " not in piece.text and "\n" not in source[piece.end : end + 1] and end < len(source):
            continue
        sentences += [piece] if piece.text else []
        start = end
    return sentences


def unwrap(source: str) -> str:
    """The text with a blank for each line break that only wraps a line; paragraphs, lists and short lines stay.

    Not a character but white space changes, so that a quote of it is verbatim but for white space.
    """
    breaks = [place for place, letter in enumerate(source) if letter == "\n" and _may_join(source, place)]
    letters = list(source)
    for place in breaks:
        letters[place] = " "
    return "".join(letters)


def _may_join(source: str, newline: int) -> bool:
    bullet = _BULLET.match(source, newline + 1)
    # A line that ends in a colon leads to a list, unless the sentence goes on.
    leads = source[newline - 1 : newline] == ":" and not source[newline + 1 : newline + 2].islower()
    return not (bullet or leads) and _is_wrap(source, newline)


def is_courtesy(text: str) -> bool:
    """Whether a sentence is only a greeting, a closing or a set phrase ("call me if you have any questions")."""
    stripped = text.strip()
    if any(turn_of_phrase(turn).match(stripped) for turn in ("greeting", "courtesy")):
        return True
    return len(stripped.split()) <= _FORMULA_WORDS and turn_of_phrase("formula").search(stripped) is not None


def is_prose(text: str) -> bool:
    """Whether a text is a sentence someone wrote, not a link, a log line, a header or a list of numbers."""
    if _NO_PROSE.search(text):
        return False
    words = text.split()
    spoken = sum(_SPOKEN.fullmatch(word) is not None for word in words)
    return spoken >= _PROSE_SHARE * len(words)


def normalise(text: str) -> str:
    """Lower case, words parted by single spaces and a space at both ends; apostrophes gone, ? and % kept as words."""
    plain = _NOT_WORD.sub(" ", _APOSTROPHE.sub("", text.lower()))
    words = _MARK.sub(r" \1 ", plain).split()
    return f" {' '.join(words)} "


def word_set(text: str) -> frozenset[str]:
    """The distinct normalised words of four letters or more, acronyms and numbers: what two sentences can share."""
    acronyms = {word.lower() for word in _ACRONYM.findall(text)}
    return frozenset(word for word in normalise(text).split() if len(word) >= 4 or word.isdigit()) | acronyms


def _cuts(source: str) -> set[int]:
    ends = {match.end() for match in _END.finditer(source) if not _is_abbreviation(source, match)}
    ends |= {match.end() for match in _HARD_BREAK.finditer(source)}
    return ends | {match.end() for match in _LINE_BREAK.finditer(source) if not _is_wrap(source, match.start())}


def _is_abbreviation(source: str, match: re.Match[str]) -> bool:
    if match.group() != ".":
        return False
    if _ORDINAL.match(source, max(0, match.start() - 1)):
        return True
    if _UNIT.search(source, max(0, match.start() - 12), match.start()):
        return False
    word = _LAST_WORD.search(source, max(0, match.start() - 12), match.start())
    return word is not None and (
        word.group(1).lower() in word_list("abbreviations") or re.fullmatch(r"[A-Z]", word.group(1)) is not None
    )


def _is_wrap(source: str, newline: int) -> bool:
    """A line break inside a sentence, where a mail program wrapped a long line.

    Before a capital, which may be a German noun or a name, only where the next word would have made the line the
    longest of its paragraph.
    """
    line_start = source.rfind("\n", 0, newline) + 1
    following = source[newline + 1 : newline + 2]
    length = newline - line_start
    if length < _WRAP or not following.strip():
        return False
    if not following.isupper():
        return True
    next_word = source[newline + 1 : newline + 60].split(maxsplit=1)[0]
    return length + 1 + len(next_word) > _longest_line(source, newline)


def _longest_line(source: str, within: int) -> int:
    """The length of the longest line of the paragraph around a place, as far as 2,000 characters away."""
    near = max(0, within - _NEARBY)
    start = source.rfind("\n\n", near, within)
    end = source.find("\n\n", within, within + _NEARBY)
    stretch = source[start + 2 if start >= 0 else near : end if end >= 0 else within + _NEARBY]
    return max(map(len, stretch.split("\n")))


def _trimmed(source: str, start: int, end: int) -> Sentence:
    piece = source[start:end]
    left = len(piece) - len(piece.lstrip())
    text = piece.strip()
    return Sentence(text=text, start=start + left, end=start + left + len(text))
