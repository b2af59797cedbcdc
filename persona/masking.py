"""Takes addresses, links, phone and account numbers out of text that leaves, and finds masked quotes again."""

import re
from typing import Final

_KINDS: Final = {
    "[email]": r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    "[link]": r"(?:https?://|www\.)[^\s<>\"')\]]+",
    "[number]": r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b|\b(?:\d[ -]?){12,18}\d\b",
    "[phone]": r"\+\d[\d ()./-]{6,}\d|(?<![\w.,])\(?0\d[\d ()/-]{6,}\d|(?<![\w.,])\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}\b",
}
_ANY_MASK: Final = re.compile(r"(\[(?:email|link|number|phone)\])")
_COMPILED: Final = tuple((mask, re.compile(pattern)) for mask, pattern in _KINDS.items())


def mask(text: str) -> str:
    """The text with email addresses, links, account or card numbers (13 digits and more, IBANs) and phones masked."""
    for label, pattern in _COMPILED:
        text = pattern.sub(label, text)
    return text


def unmask(quote: str, original: str) -> str:
    """The stretch of the original text a masked quote was copied from; the quote as it is when there is none."""
    if not _ANY_MASK.search(quote):
        return quote
    parts = (
        f"(?:{_KINDS[part]})" if part in _KINDS else r"\s+".join(map(re.escape, re.split(r"\s+", part)))
        for part in _ANY_MASK.split(quote)
    )
    found = re.search("".join(parts), original)
    return found.group() if found else quote
