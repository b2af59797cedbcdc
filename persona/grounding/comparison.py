"""Whether a claim compares the other way round than its quote: "dearer" for "cheaper", or the two sides swapped."""

import re
from functools import cache, lru_cache
from typing import Final

from persona.grounding.statements import denies
from persona.lexicon import fold, words
from persona.meanings import meanings_of, opposites, phrases

_LESS: Final = re.compile(r"\b(?:moins|less|weniger|menos|meno)\s+(\w+)")
_AMOUNT: Final = r"\s(?:(?:the|de[nr]?|les|los|las|i|gli|os|as)\s)?[$€£]?\d"
_THAN: Final = re.compile(r"\s(?:than|als|que|di|dan|over|qu'(?=\w))(?:\s|$)|\s(?:to)\s")


def compares_otherwise(claim: str, quote: str) -> bool:
    """Whether both hold words of one pair of opposites and their directions and sides don't agree."""
    if denies(claim) or denies(quote):
        return False
    for mine, theirs in zip(_directions(claim), _directions(quote), strict=True):
        if mine and theirs and (mine != theirs) != _swapped(claim, quote):
            return True
    return False


@lru_cache(maxsize=4096)
def _directions(text: str) -> tuple[int, ...]:
    """Which side of each pair of opposites a text's words are on."""
    found = _levelled(text)
    return tuple(_direction(found, pair) for pair in opposites())


def _levelled(text: str) -> frozenset[str]:
    """The folded words, with "moins cher" as one word that says the opposite of "cher"."""
    plain = fold(text)
    less = {word for match in _LESS.finditer(plain) for word in match.groups()}
    bounds = frozenset(f"@{kind}" for kind in ("above", "below") if _bound(kind).search(plain))
    bounds |= {
        word for kind, word in (("above_that", "higher"), ("below_that", "lower")) if phrases(kind).search(plain)
    }
    return bounds | frozenset(f"not-{word}" if word in less else word for word in words(plain))


@cache
def _bound(kind: str) -> re.Pattern[str]:
    """A bound of an amount: "above 5,000", "bis 2000 Euro"."""
    return re.compile(rf"{phrases(kind).pattern}{_AMOUNT}")


def _direction(found: frozenset[str], pair: tuple[frozenset[str], frozenset[str]]) -> int:
    """1 for the first of the pair, -1 for the second, 0 for neither or both; "not-" turns a word round."""
    first, second = pair
    ahead = any(w in first or (w[:4] == "not-" and w[4:] in second) for w in found)
    behind = any(w in second or (w[:4] == "not-" and w[4:] in first) for w in found)
    return 0 if ahead == behind else 1 if ahead else -1


def _swapped(claim: str, quote: str) -> bool:
    """Whether what stands first in the claim's comparison stands second in the quote's."""
    claimed, quoted = _sides(claim, "vendor_claimed"), _sides(quote, "vendor_said")
    straight = len(claimed[0] & quoted[0]) + len(claimed[1] & quoted[1])
    crossed = len(claimed[0] & quoted[1]) + len(claimed[1] & quoted[0])
    return crossed > straight or crossed > 1


def _sides(text: str, vendor: str) -> tuple[frozenset[str], frozenset[str]]:
    """What is compared with what, as ideas; we, the seller, are "@us" on either side."""
    plain = fold(text)
    parts = next(
        (halves for kind in ("above_that", "below_that") if len(halves := phrases(kind).split(plain, 1)) > 1), None
    )
    parts = parts or _THAN.split(plain, maxsplit=1)
    left, right = parts[0], parts[1] if len(parts) > 1 else ""
    return _side(left, vendor), _side(right, vendor)


def _side(text: str, vendor: str) -> frozenset[str]:
    us = {"@us"} if phrases(vendor).search(text) and "#competitor" not in meanings_of(text) else set()
    return frozenset({m for m in meanings_of(text) if not m.startswith("#")} | us)
