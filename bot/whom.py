"""Whom a question speaks of: an address in it, a full name, or a first or last name alone."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from persona.engine import Engine
from persona.finding import those_meant
from persona.lexicon import fold, lexicon
from persona.model import ContactMatch, Fit
from persona.people_named import addresses, possible_names

_SLACK_MARKUP: Final = re.compile(r"<[^>]*>|@\S+")
_WORD: Final = re.compile(r"[^\W\d_][\w'’-]*")
_MOST: Final = 16
_SHORTEST: Final = 3


async def people_in(engine: Engine, text: str, *, guess: bool) -> tuple[ContactMatch, ...]:
    """The contacts that one name or address in a text can mean, as far as this engine sees; none when it names nobody.

    `guess` also tries words in lower case: for a text of which nothing else says whom it is about.
    """
    for address in addresses(text):
        exact = [match for match in those_meant(await engine.find(address)) if match.exact]
        if exact:
            return tuple(exact)
    for name in _names(_SLACK_MARKUP.sub(" ", text), guess=guess):
        named = [match for match in those_meant(await engine.find(name)) if _is_called(match, name)]
        if named:
            return tuple(named)
    return ()


def _is_called(match: ContactMatch, name: str) -> bool:
    """Whether it is their name, not their company's, that was said; of a full name a slip is allowed."""
    said, own = fold(name).split(), fold(match.contact.name).split()
    if match.fit in {Fit.EXACT, Fit.WHOLE}:
        return bool(set(said) & set(own))
    return match.fit is Fit.NEAR and len(said) > 1


def _names(text: str, *, guess: bool) -> Iterator[str]:
    """What could be a name, the surest first: words in a row that are capitalised, single ones, then any."""
    found = list(dict.fromkeys(possible_names(text)))
    words = [word.removesuffix("'s").removesuffix("’s") for word in _WORD.findall(text)]
    capitals = [word for word in words if word[0].isupper() and _may_name(word)]
    # The first word of a sentence is capitalised whatever it is.
    found += [*capitals[1:], *capitals[:1]]
    if guess:
        found += _in_a_row([word for word in words if word.islower()])
        found += [word for word in words if word.islower() and _may_name(word)]
    yield from list(dict.fromkeys(found))[:_MOST]


def _in_a_row(words: Sequence[str]) -> list[str]:
    return [f"{one} {two}" for one, two in pairwise(words) if _may_name(one) and _may_name(two)]


def _may_name(word: str) -> bool:
    return len(word) >= _SHORTEST and fold(word) not in lexicon().all_stop_words
