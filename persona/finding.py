"""Which contact is meant: those found for a name, judged; one not to be profiled is never named to who guesses."""

from collections.abc import Sequence
from typing import Final

from persona.errors import AmbiguousContactError, ContactNotFoundError
from persona.model import Contact, ContactMatch, Fit

_HALF_AN_ADDRESS: Final = 0.75


def the_one_meant(query: str, matches: Sequence[ContactMatch]) -> Contact:
    """The one contact meant; raises AmbiguousContactError or ContactNotFoundError when it isn't one."""
    meant = those_meant(matches)
    if len(meant) == 1:
        return meant[0].contact
    if meant:
        raise AmbiguousContactError(query, [_named(match) for match in meant])
    raise ContactNotFoundError(query, nearest=[_named(match) for match in worth_naming(matches)])


def those_meant(matches: Sequence[ContactMatch]) -> tuple[ContactMatch, ...]:
    """Which of the contacts found, best first, can be the one meant: one is the answer, several are a choice.

    Those that are just what was asked for; else those that hold all its words; else a near miss such as "Jane Do", when
    it scores at least 0.75 and the runner-up is 0.1 behind. One not to be profiled is meant only by their exact name or
    address: who typed a part of it isn't given the rest, and isn't given somebody else in their place.
    """
    exact = tuple(match for match in matches if match.fit is Fit.EXACT)
    if exact:
        return _open_to_us(exact) or exact[:1]
    whole = tuple(match for match in matches if match.fit is Fit.WHOLE)
    if whole:
        return _open_to_us(whole)
    if not matches or matches[0].fit is Fit.PART or matches[0].score < 0.75:
        return ()
    stands_out = len(matches) == 1 or matches[0].score - max(match.score for match in matches[1:]) >= 0.1
    return _open_to_us(matches[:1]) if stands_out else ()


def worth_naming(matches: Sequence[ContactMatch]) -> tuple[ContactMatch, ...]:
    """Those of the contacts found, best first, that may have been meant: four at most, about as near as the best.

    Nobody who is not to be profiled.
    """
    known = _open_to_us(matches)
    least = 0.7 * known[0].score if known else 0.0
    return tuple(match for match in known if match.score >= least)[:4]


def worth_offering(matches: Sequence[ContactMatch]) -> tuple[ContactMatch, ...]:
    """Those of the contacts found, best first, that may be meant by what somebody is still typing.

    Every word of it is like one of theirs, or the beginning of one; a beginning of an address scores 0.75 at least.
    Nobody who is not to be profiled.
    """
    near = [match for match in matches if match.fit is not Fit.PART or match.score >= _HALF_AN_ADDRESS]
    least = 0.7 * near[0].score if near else 0.0
    return tuple(match for match in _open_to_us(near) if match.score >= least)


def _open_to_us(matches: Sequence[ContactMatch]) -> tuple[ContactMatch, ...]:
    return tuple(match for match in matches if not match.contact.do_not_profile)


def _named(match: ContactMatch) -> str:
    return f"{match.contact.name} ({match.contact.company or match.contact.email or 'no company'})"
