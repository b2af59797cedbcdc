"""Whether evidence speaks of what a claim says, and whether it says the opposite."""

import re
from typing import Final

from persona.grounding.facts import months_and_weekdays
from persona.grounding.numbers import numbers
from persona.grounding.polarity import turned_round
from persona.grounding.statements import statements
from persona.lexicon import ideas_of, lexicon
from persona.meanings import content_words, meanings, meanings_of, narrower, says, word_group
from persona.model import Evidence, Facet

_DENIAL: Final = re.compile(r"(?i)^(?:don['’]?t|do not|never|avoid(?:ing)?|no|not|stop|skip)\s+")


def overlap(claim: str, evidence: Evidence) -> int:
    """How many ideas a claim and its evidence share: stems, meanings, numbers, days, months; for a figure also its
    topic's words."""
    claimed = ideas_of(claim) | meanings_of(claim) | frozenset().union(*map(narrower, content_words(claim)))
    shared = claimed & (ideas_of(evidence.quote) | meanings_of(evidence.quote))
    count = len(shared) + len(set(numbers(claim)) & set(numbers(evidence.quote)))
    count += len(months_and_weekdays(claim) & months_and_weekdays(evidence.quote))
    return count + len(claimed & _topic(evidence)) if evidence.metric else count


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


def _asked_for(claim: str, quote: str) -> bool:
    """Whether a quote wishes what the claim says to avoid, word for word."""
    body = _DENIAL.sub("", claim)
    matter = [w for w in content_words(body) if w not in word_group("scaffold")]
    for statement in statements(quote):
        wished = statement.valence > 0 or "#prefer" in statement.ideas or "please" in statement.text.lower()
        if wished and not statement.denies and len(matter) > 1 and all(meanings(w) & statement.ideas for w in matter):
            return body != claim
    return False
