"""Whether evidence speaks of what a claim says: how much of each clause of the claim its words cover."""

import re
from collections.abc import Callable
from typing import Final

from persona.grounding.numbers import numbers
from persona.grounding.polarity import turned_round
from persona.grounding.statements import statements
from persona.lexicon import WORD, fold, ideas_of, language_of, lexicon
from persona.meanings import content_words, meanings, meanings_of, phrases, says, word_group
from persona.model import Evidence, Facet

Similarity = Callable[[str, str], float]
"""Cosine of two texts' embeddings."""
ALIKE: Final = 0.45
"""From this cosine on, two words may stand for each other."""
QUOTED_MISSING: Final = 0.8
MISSING: Final = 0.45
"""Shares of a clause's matter that the quoted sentences, and these with their neighbours, may leave unsaid."""
_QUOTED: Final = re.compile(r"“([^“”]*)”|„([^„“]*)“|«([^«»]*)»|\"([^\"]*)\"")


_SHORT: Final = 2
_MASK: Final = re.compile(r"\[\w+\]")


def overlap(claim: str, evidence: Evidence) -> int:
    """How many ideas a claim and its evidence share: stems, meanings, numbers; for a figure also its topic's words."""
    claimed = ideas_of(claim) | meanings_of(claim)
    shared = claimed & (ideas_of(evidence.quote) | meanings_of(evidence.quote))
    count = len(shared) + len(set(numbers(claim)) & set(numbers(evidence.quote)))
    return count + len(claimed & _topic(evidence)) if evidence.metric else count


def says_more(
    claim: str, said: str, nearby: str, *, advice: bool = False, similarity: Similarity | None = None
) -> bool:
    """Whether a clause of the claim is mostly about what its evidence doesn't speak of.

    Some of its matter must stand in `said`, the sentences quoted, more than half in `nearby`, those around them too.
    Words of reporting ("wants", "important") and those quoted verbatim weigh nothing; a cause needs its own support.
    """
    told = unquoted(claim, said)
    parts = [part for cause in phrases("cause").split(fold(told)) for part in (s.text for s in statements(cause))]
    return any(
        _missing(part, said, advice, similarity) > QUOTED_MISSING
        or _missing(part, nearby, advice, similarity) > MISSING
        for part in parts
    )


def unquoted(claim: str, said: str) -> str:
    """The claim without what it quotes verbatim from its evidence."""
    whole = _squeezed(said)
    return _QUOTED.sub(
        lambda m: " " if all(_squeezed(p) in whole for p in _MASK.split("".join(filter(None, m.groups())))) else m[0],
        claim,
    )


def _missing(clause: str, said: str, advice: bool, similarity: Similarity | None) -> float:
    """The share of a clause's matter that is not said; a word we know weighs more than one we don't."""
    idle = word_group("scaffold") | word_group("outreach_words") if advice else word_group("scaffold")
    matter = [w for w in content_words(clause) if w not in idle]
    ground = meanings_of(said)
    missing = [w for w in matter if not _found(w, ground, said, similarity)]
    foreign = language_of(said) not in {None, language_of(clause) or "en"}
    spared = foreign and len(matter) > _SHORT
    lost = sum(1.5 if _known(word) else 0.7 if spared else 1.0 for word in missing)
    return lost / len(matter) if matter else 0.0


def _known(word: str) -> bool:
    return any(meaning.startswith("#") for meaning in meanings(word))


def _found(word: str, ground: frozenset[str], said: str, similarity: Similarity | None) -> bool:
    if any(meanings(part) & ground for part in (word, *word.split("-"))):
        return True
    if similarity is None:
        return False
    return any(similarity(word, other) >= ALIKE for other in content_words(said))


def _squeezed(text: str) -> str:
    return " ".join(WORD.findall(fold(text)))


def figure_words(evidence: Evidence) -> str:
    """What a figure speaks of, beside its sentence."""
    return " ".join(lexicon().metric_topics.get(evidence.metric or "", frozenset()))


def _topic(evidence: Evidence) -> frozenset[str]:
    return ideas_of(figure_words(evidence))


def contradicts(claim: str, quote: str, facet: Facet | None) -> bool:
    """Whether the quote says the opposite; of what to avoid, whether the quote asks for just that."""
    if facet is Facet.AVOID:
        return _asked_for(claim, quote)
    return turned_round(claim, quote) or (facet is Facet.RECOMMENDED_APPROACH and _unwelcome(claim, quote))


def _unwelcome(claim: str, quote: str) -> bool:
    """Whether advice to get in touch some way meets a quote that calls just that hopeless."""
    if not says("outreach", claim):
        return False
    matter = {w for w in content_words(claim) if w not in word_group("scaffold")} - word_group("outreach_words")
    return any(s.valence < 0 and bool(matter) and all(meanings(w) & s.ideas for w in matter) for s in statements(quote))


_DENIAL: Final = re.compile(r"(?i)^(?:don['’]?t|do not|never|avoid(?:ing)?|no|not|stop|skip)\s+")


def _asked_for(claim: str, quote: str) -> bool:
    """Whether a quote wishes what the claim says to avoid, word for word."""
    body = _DENIAL.sub("", claim)
    matter = [w for w in content_words(body) if w not in word_group("scaffold")]
    for statement in statements(quote):
        wished = statement.valence > 0 or "#prefer" in statement.ideas or "please" in statement.text.lower()
        if wished and not statement.denies and len(matter) > 1 and all(meanings(w) & statement.ideas for w in matter):
            return body != claim
    return False
