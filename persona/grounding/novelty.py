"""Whether a claim says more than its evidence: how much of the matter of each of its clauses nothing speaks of."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from persona.grounding.statements import statements
from persona.lexicon import WORD, fold, language_of
from persona.meanings import content_words, kinds, meanings, meanings_of, phrases, things, word_group

QUOTED_MISSING: Final = 0.8
MISSING: Final = 0.33
MISSING_TRANSLATED: Final = 0.4
"""Shares of a clause's matter that the quoted sentences, and these with their neighbours, may leave unsaid, more of a
claim about words in another language. Chosen over `python -m tests.evals.lies`, every claim on others'
quotes, and claims with one word changed."""
_LIGHT: Final = 0.4
_UNKNOWN: Final = 0.4
"""What a word counts that any paraphrase may bring, and one of the first clause that we can't translate; others 1."""
_THING: Final = 2.0
"""How many times a thing that is not said counts ("warehouse", "auditor"): a paraphrase seldom brings one."""
_QUOTED: Final = re.compile(r"“([^“”]*)”|„([^„“]*)“|«([^«»]*)»|\"([^\"]*)\"")
_MASK: Final = re.compile(r"\[\w+\]")


def says_more(claim: str, said: str, nearby: str, *, advice: bool = False) -> bool:
    """Whether a clause of the claim is mostly about what its evidence doesn't speak of.

    Some of its matter must stand in `said`, the sentences quoted, more than half in `nearby`, those around them too,
    and no word of it may stand for another of its kind ("retail" for "machinery"). Words of reporting ("wants") and
    those quoted verbatim weigh nothing, those of handling little ("leaves", "tool"); a clause put after the first
    needs more support, a cause most.
    """
    foreign = language_of(said) not in {None, language_of(claim) or "en"}
    idle = word_group("scaffold") | word_group("outreach_words") if advice else word_group("scaffold")
    for place, clause in enumerate(_clauses(unquoted(claim, said))):
        matter = {w: _weight(w, spared=foreign and place == 0) for w in content_words(clause) if w not in idle}
        allowed = sum(matter.values()) * (MISSING_TRANSLATED if foreign else MISSING)
        if (
            _lost(matter, nearby) > allowed
            or _lost(matter, said) > sum(matter.values()) * QUOTED_MISSING
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


def _clauses(claim: str) -> list[str]:
    """The clauses of a claim, a cause apart from what it causes."""
    return [clause.text for part in phrases("cause").split(fold(claim)) for clause in statements(part)]


def _weight(word: str, *, spared: bool) -> float:
    if word in word_group("light"):
        return _LIGHT
    return _UNKNOWN if spared and not any(meaning.startswith("#") for meaning in meanings(word)) else 1.0


def _lost(matter: Mapping[str, float], said: str) -> float:
    """What a clause's words that are not said count together."""
    ground = meanings_of(said)
    return sum(w * (_THING if _is_thing(word) else 1.0) for word, w in matter.items() if not _found(word, ground))


def _is_thing(word: str) -> bool:
    return word not in word_group("light") and not meanings(word).isdisjoint(things())


def _puts_another(matter: Iterable[str], said: str, nearby: str) -> bool:
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
