"""Whether a claim says more than its evidence: how much of the matter of each of its clauses nothing speaks of."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from persona.grounding.statements import statements
from persona.lexicon import WORD, fold, language_of
from persona.meanings import content_words, kinds, meanings, meanings_of, phrases, word_group

QUOTED_MISSING: Final = 0.8
MISSING: Final = 0.49
MISSING_OF_FEW: Final = 0.32
"""Shares of a clause's matter that the quoted sentences, and these with their neighbours, may leave unsaid; less of a
clause of three words and fewer in the quote's own language. Chosen by `python -m tests.evals.lies`."""
_FEW: Final = 3
_QUOTED: Final = re.compile(r"“([^“”]*)”|„([^„“]*)“|«([^«»]*)»|\"([^\"]*)\"")
_MASK: Final = re.compile(r"\[\w+\]")


@dataclass(frozen=True, slots=True)
class _Weights:
    """What words that are not said count: those any paraphrase may bring, and those we can't translate."""

    light: float
    untranslated: float


_MAIN: Final = _Weights(light=0.4, untranslated=0.6)
_ADDED: Final = _Weights(light=0.4, untranslated=1.0)
_CAUSE: Final = _Weights(light=1.0, untranslated=1.0)


def says_more(claim: str, said: str, nearby: str, *, advice: bool = False) -> bool:
    """Whether a clause of the claim is mostly about what its evidence doesn't speak of.

    Some of its matter must stand in `said`, the sentences quoted, more than half in `nearby`, those around them too,
    and no word of it may stand for another of its kind ("retail" for "machinery"). Words of reporting ("wants") and
    those quoted verbatim weigh nothing, those of handling little ("leaves", "tool"); a clause put after the first
    needs more support, a cause most.
    """
    foreign = language_of(said) not in {None, language_of(claim) or "en"}
    idle = word_group("scaffold") | word_group("outreach_words") if advice else word_group("scaffold")
    for clause, weights in _clauses(unquoted(claim, said)):
        matter = [word for word in content_words(clause) if word not in idle]
        allowed = MISSING if foreign or len(matter) > _FEW else MISSING_OF_FEW
        if (
            _lost(matter, said, weights, foreign=foreign) > QUOTED_MISSING * len(matter)
            or _lost(matter, nearby, weights, foreign=foreign) > allowed * len(matter)
            or _puts_another(matter, said, nearby)
        ):
            return True
    return False


def unquoted(claim: str, said: str) -> str:
    """The claim without what it quotes verbatim from its evidence."""
    whole = _squeezed(said)
    return _QUOTED.sub(
        lambda m: " " if all(_squeezed(p) in whole for p in _MASK.split("".join(filter(None, m.groups())))) else m[0],
        claim,
    )


def _clauses(claim: str) -> Iterator[tuple[str, _Weights]]:
    """The clauses of a claim, each with what may be left unsaid in it."""
    first = True
    for cause, part in enumerate(phrases("cause").split(fold(claim))):
        for statement in statements(part):
            yield statement.text, _CAUSE if cause else _MAIN if first else _ADDED
            first = False


def _lost(matter: list[str], said: str, weights: _Weights, *, foreign: bool) -> float:
    """What a clause's words that are not said count together."""
    ground = meanings_of(said)
    return sum(_weight(word, weights, foreign=foreign) for word in matter if not _found(word, ground))


def _weight(word: str, weights: _Weights, *, foreign: bool) -> float:
    if word in word_group("light"):
        return weights.light
    known = any(meaning.startswith("#") for meaning in meanings(word))
    return weights.untranslated if foreign and not known else 1.0


def _puts_another(matter: list[str], said: str, nearby: str) -> bool:
    """Whether a word that nothing speaks of is of one kind with what is said, and that the claim doesn't speak of."""
    around = meanings_of(nearby)
    claimed = frozenset().union(*map(meanings, matter))
    instead = meanings_of(said) - claimed
    added = [meanings(word) for word in matter if not _found(word, around)]
    return any(word & kind and instead & kind for word in added for kind in kinds())


def _found(word: str, ground: frozenset[str]) -> bool:
    return any(meanings(part) & ground for part in (word, *word.split("-")))


def _squeezed(text: str) -> str:
    return " ".join(WORD.findall(fold(text)))
