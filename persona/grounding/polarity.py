"""Whether a claim turns its quote round: a negation put in or left out, or an opposite word."""

from functools import lru_cache

from persona.grounding.fragments import clauses
from persona.lexicon import ideas, lexicon, stem, words


def is_negated(text: str) -> bool:
    """Whether a negator stands in the text."""
    return any(word in lexicon().negators for word in words(text))


def turned_round(claim: str, quote: str) -> bool:
    """Whether the claim says the opposite of the quote, as far as words show it.

    True when most of the stems they share are denied by one and stated by the other, and the other holds no
    negation of any kind: so that "Exports break" may stand on "exports never survive". Questions state nothing. True
    too when the claim has one word of a pair of opposites and the quote only the other.
    """
    if _opposite(claim, quote):
        return True
    if quote.rstrip().endswith("?") or claim.rstrip(' ”"').endswith("?"):
        return False
    said, denied = _stems(claim)
    quoted, quote_denied = _stems(quote)
    shared = said & quoted
    put_in = shared & denied - quote_denied
    left_out = shared & quote_denied - denied
    if 2 * len(put_in) > len(shared):
        return not _any_negation(quote)
    return 2 * len(left_out) > len(shared) and not _any_negation(claim) and not _hedged(quote)


@lru_cache(maxsize=2048)
def _stems(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The content stems of a text, and those of its denied clauses."""
    found: set[str] = set()
    denied: set[str] = set()
    for clause in clauses(text):
        stems = {stem(word) for word in words(clause) if ideas(word)}
        found |= stems
        if is_negated(clause):
            denied |= stems
    return frozenset(found), frozenset(denied)


def _any_negation(text: str) -> bool:
    return is_negated(text) or _hedged(text)


def _hedged(text: str) -> bool:
    """Whether a word denies or limits without being a negator ("without", "until", "refuses")."""
    return any(word in lexicon().hedged_negation for word in words(text))


def _opposite(claim: str, quote: str) -> bool:
    said, quoted = set(words(claim)), set(words(quote))
    if _any_negation(claim) or _any_negation(quote):
        return False
    return any(
        bool(said & a and quoted & b and not said & b and not quoted & a)
        for left, right in lexicon().opposites
        for a, b in ((left, right), (right, left))
    )
