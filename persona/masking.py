"""Takes addresses, links, phone and account numbers out of text that leaves, and finds masked quotes again."""

import re
from typing import Final

_NUMBER_WORD: Final = r"(?:\s*(?:number|nummer|numéro|número|numero|no|nr|nº|n°)\b)?[.:#\s]{0,3}"
_NO_DATE: Final = r"(?!\(?\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d{2}(?!\d))"
_NO_MONEY: Final = r"(?!\d|[.,]\d|\s*(?:€|\$|£|%|k\b|eur|usd|gbp|chf))"
_ACCOUNT: Final = (
    r"\b(?:account|acct|a/c|konto|kontonummer|compte|cuenta|conto|rekening|iban|blz|bankleitzahl|sort code"
    rf"|routing|clabe|passport){_NUMBER_WORD}(?:\d[ ./-]?){{5,}}\d{_NO_MONEY}"
)
_NAMED_PHONE: Final = (
    r"\b(?:phone|tel|telephone|telefon\w*|téléphone|teléfono|mobile|mobil|móvil|handy|portable|cell|fax|durchwahl)"
    rf"{_NUMBER_WORD}\(?(?:\d[ ()/.-]{{0,2}}){{6,}}\d"
)
_KINDS: Final = {
    "[email]": (
        r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
        r"|(?<![\w.+-])[\w.+-]+ ?[(\[{](?i:at|ät|@|arobase|arroba)[)\]}] ?[\w-]+"
        r"(?: ?(?:\.|[(\[{](?i:dot|punkt|point|punto)[)\]}]) ?[\w-]+)+"
        r"|(?<![\w.+-])[\w.+-]+(?: (?i:dot) [\w-]+)* (?i:at) [\w-]+ (?i:dot) (?i:[a-z]{2,8})\b"
        r"|(?<![\w.+-])[\w.+-]+(?: @ ?|@ |%40)[\w-]+(?:\.[\w-]+)*\.[a-zA-Z]{2,12}\b"
    ),
    "[link]": (
        r"(?<![a-z+])[a-z][a-z+]{2,9}://[^\s<>\"')\]]+(?<![.,;:!?])|www\.[^\s<>\"')\]]+(?<![.,;:!?])"
        r"|(?<![\w.@-])(?:[a-z0-9][a-z0-9-]{0,62}\.){1,6}[a-z]{2,12}/[^\s<>\"')\]]*(?<![.,;:!?])"
    ),
    "[number]": (
        r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b"
        r"|\b[a-z]{2}\d{2}(?: ?\d{4}){2,7}(?: ?\d{1,3})?\b|\b(?!00[1-9])(?:\d[ .-]?){12,18}\d\b|\b\d{3}-\d{2}-\d{4}\b"
        rf"|(?i:{_ACCOUNT})"
    ),
    "[phone]": (
        r"\+\d[\d ()./-]{6,24}\d|(?<!\w)00[1-9][\d ()./-]{6,24}\d"
        rf"|(?<![\w.,]){_NO_DATE}\(?0\d[\d ()/-]{{6,24}}\d|(?<![\w.,])0\d(?:\.\d\d){{4}}(?!\d)"
        r"|(?<![\w.,])\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}\b"
        rf"|(?<![\w.,])[679]\d\d[ -]\d{{3}}[ -](?!000)\d{{3}}{_NO_MONEY}|(?<![\w.,])9\d \d{{3}} \d\d \d\d\b"
        rf"|(?i:{_NAMED_PHONE})"
    ),
}
_ANY_MASK: Final = re.compile(r"(\[(?:email|link|number|phone)\])", re.IGNORECASE)
_MARKS: Final = {mark: f"[{marks}]" for marks in ("'‘’‚`´", '"“”„') for mark in marks}
_MARK: Final = re.compile("[" + "".join(_MARKS) + "]")
_SPACES: Final = "\u00a0\u2002\u2003\u2007\u2008\u2009\u202f\u3000"
_DASHES: Final = "\u2010\u2011\u2012\u2013\u2212"
_WIDE: Final = {ord(mark) + 0xFEE0: mark for mark in "0123456789@.+-()/"}
_PLAIN: Final = {**dict.fromkeys(map(ord, _SPACES), " "), **dict.fromkeys(map(ord, _DASHES), "-"), **_WIDE}
"""What typography puts for a space, a hyphen or a digit, one character for one: a mask is sought in the plain form."""
_COMPILED: Final = tuple((mask, re.compile(pattern)) for mask, pattern in _KINDS.items())


def mask(text: str) -> str:
    """The text with email addresses, links, account or card numbers (13 digits and more, IBANs) and phones masked.

    A shorter number is masked when it is called an account or a phone. Money, dates and times stay.
    """
    for label, pattern in _COMPILED:
        spans = [found.span() for found in pattern.finditer(text.translate(_PLAIN))]
        for start, end in reversed(spans):
            text = f"{text[:start]}{label}{text[end:]}"
    return text


def unmask(quote: str, original: str) -> str:
    """The stretch of the original text a masked quote was copied from; the quote as it is when there is none.

    Case, white space and straight or curly marks around the mask may differ.
    """
    if not _ANY_MASK.search(quote):
        return quote
    pattern = "".join(map(_pattern_of, _ANY_MASK.split(quote.translate(_PLAIN))))
    found = re.search(pattern, original.translate(_PLAIN))
    return original[found.start() : found.end()] if found else quote


def _pattern_of(part: str) -> str:
    """What a part of a masked quote looked like before: any of a mask's kind, or the words themselves."""
    kind = _KINDS.get(part.lower())
    if kind:
        return f"(?:{kind})"
    words = r"\s+".join(map(re.escape, re.split(r"\s+", part)))
    return f"(?i:{_MARK.sub(lambda mark: _MARKS[mark[0]], words)})"
