"""Makes a writer's sentence fit to show, or refuses it."""

import re
import unicodedata
from typing import Final

MAX_CLAIM: Final = 240
_UNWANTED: Final = re.compile(
    r"https?://|www\.|\b[a-z0-9-]+\.(?:com|net|org|io|ai|de|fr|es|uk|eu|ru|cn|info|biz|xyz|link|ly|co|app|dev|example)\b"
    r"|[\w.+-]+@[\w-]+|(?<!\w)@\w|<[!@#/a-z]|\]\(|</?\w+>|javascript:|data:text",
    re.IGNORECASE,
)
_SENTENCES: Final = re.compile(r"(?<=[.!?…])[”\"’)]*\s+(?=[\"“‘(]?[^\W\d_a-z])")
_SPACE: Final = re.compile(r"\s+")
_BULLET: Final = re.compile(r"^(?:[-*•–]\s+|\d+[.)]\s+)")
_SHOUT: Final = re.compile(r"!+")
_QUOTING: Final = re.compile(r"[“”„«»\"]")


def clean(text: str, *, limit: int = MAX_CLAIM) -> str | None:
    """One or two sentences without control characters, bidi overrides and mark-up; None when nothing safe is left.

    Links, addresses, mentions, pings and HTML make the whole sentence unfit: a claim has no use for them. Over `limit`
    characters the second sentence goes; a first sentence too long is not cut, since half a sentence says another thing.
    """
    plain = unicodedata.normalize("NFC", "".join(_visible(c) for c in text))
    if _UNWANTED.search(plain):
        return None
    plain = _BULLET.sub("", _SPACE.sub(" ", plain).strip()).replace("**", "").replace("`", "")
    if not _QUOTING.search(plain):
        plain = _SHOUT.sub(".", plain)
    sentences = _SENTENCES.split(plain)
    for count in (2, 1):
        kept = " ".join(sentences[: _quote_end(sentences, count)]).strip()
        if kept and len(kept) <= limit and any(c.isalpha() for c in kept):
            return kept
    return None


def _quote_end(sentences: list[str], count: int) -> int:
    """So many sentences, and those after them that a quotation still goes on in."""
    while count < len(sentences) and " ".join(sentences[:count]).count("“") > " ".join(sentences[:count]).count("”"):
        count += 1
    return count


def _visible(char: str) -> str:
    """The character; a space for line breaks and tabs, nothing for controls, format characters and private use."""
    if char in "\n\r\t\v\f":
        return " "
    return "" if unicodedata.category(char) in {"Cc", "Cf", "Co", "Cs", "Cn"} else char
