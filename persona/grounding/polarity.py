"""Whether a claim turns its quote round: a negation put in or left out, an opposite word, another way of comparing."""

import re
from typing import Final

from persona.grounding.comparison import compares_otherwise
from persona.grounding.statements import Statement, denies, nearest, negations, statements
from persona.lexicon import fold
from persona.meanings import meanings_of, says

is_negated = denies
_DOUBTS_DENIAL: Final = re.compile(r"\bwhether\b(?!.*\bor not\b).*(?:\bnot\b|n't\b)")
_ASKS_DENIAL: Final = re.compile(
    r"\b(?:whether|if|ob|si|se)\b[^.?!]*(?:\b(?:not|nicht|kein\w*|pas|no|non|nao)\b|n't\b)"
)
"""A doubt whether something is not so; an "if" that is followed by a denial."""
_DECLINED: Final = "#decline"
_DENYING: Final = frozenset({"before", "lack", "refuse"})
"""Groups of words that deny by themselves: a "not" over one of them affirms."""


def turned_round(claim: str, quote: str) -> bool:
    """Whether the claim says the opposite of the quote, as far as words show it.

    Each clause of the claim is held against the clauses of the quote it shares most with. One denies and the other
    doesn't, and no other denying word in one of them alone explains it ("Exports break" may stand on "exports never
    survive"); or one approves what the other disapproves; or they compare the other way round. Questions state nothing.
    """
    quoted, said = statements(quote), statements(claim)
    if _DOUBTS_DENIAL.search(fold(claim)) and not _ASKS_DENIAL.search(fold(quote)):
        return True
    if says("taken_up", claim) and not denies(claim) and _DECLINED in meanings_of(quote) - meanings_of(claim):
        return True
    every = frozenset().union(*(other.hedges for other in quoted)), frozenset().union(*(s.hedges for s in said))
    for statement in said:
        matched = nearest(statement, quoted)
        if not any(o.valence > 0 for o in quoted) and any(_accepts_no_go(statement, o) for o in quoted):
            return True
        if statement.denies and not statement.asks and matched and not any(o.denies or o.hedges for o in quoted):
            return True
        if statement.denies and any(_denies_the_same(statement, other) for other in quoted):
            matched = tuple(other for other in matched if other.denies)
        reversed_by = [_reverses(statement, other, *every) for other in matched]
        feared = says("fears_that", statement.text) and not statement.denies
        if any(reversed_by) and (feared or all(reversed_by)):
            return True
    return False


def _accepts_no_go(said: Statement, other: Statement) -> bool:
    """Whether a clause welcomes what the quote's rules out: "would be acceptable" of a non-starter."""
    return not (said.denies or said.hedges) and says("accepting", said.text) and says("no_go", other.text)


def _reverses(said: Statement, other: Statement, quoted_hedges: frozenset[str], said_hedges: frozenset[str]) -> bool:
    if negations(said.text) > max(1, negations(other.text)):
        return True
    if said.asks or other.asks:
        return False
    if said.denies and other.denies and (said.hedges - quoted_hedges) & _DENYING:
        return True
    if _needs(other) and said.denies and not said.hedges:
        return True
    if said.denies != other.denies:
        own = said.hedges - {"worry"} if says("fears_that", said.text) else said.hedges
        explained = other.hedges - said_hedges or (not said.denies and own - quoted_hedges)
        if not explained:
            return True
    return said.valence * other.valence < 0 or compares_otherwise(said.text, other.text)


def _denies_the_same(said: Statement, other: Statement) -> bool:
    """Whether a clause of the quote denies something of the claim's, or with the same limit: "not until"."""
    return other.denies and bool(other.hedges & said.hedges or any(word & other.ideas for word in said.matter))


def _needs(statement: Statement) -> bool:
    """Whether two denials make a condition: "nothing happens without her signature"."""
    return statement.denies and "without" in statement.hedges
