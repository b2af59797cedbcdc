"""How firmly and how generally a claim speaks, against its quote: "might" is no "will", one time no "always"."""

from persona.grounding.statements import nearest, statements
from persona.lexicon import fold
from persona.meanings import meanings, meanings_of, phrases, says
from persona.model import Facet
from persona.sentences import split_sentences

_ADVICE = frozenset({Facet.RECOMMENDED_APPROACH, Facet.AVOID})
_ASKED = frozenset({*_ADVICE, Facet.LIKELY_OBJECTIONS})


def overstates(claim: str, quote: str, facet: Facet | None) -> bool:
    """Whether the claim makes a fact of what the quote only considers, wishes, asks or ties to a condition."""
    if _vows(claim, quote) or _is_over(claim, quote):
        return True
    if facet in _ADVICE:
        return False
    told = (says("future", claim) and not says("attitude", claim)) or says("done", claim)
    ruled_out = _refuses(claim) and says("no_go", quote)
    if told and not ruled_out and _only_intends(quote):
        return True
    sentence = without_wishes(_told(claim, quote))
    wished = says("wanting", claim) and says("wish", quote)
    if says("weak", sentence) and not wished and not says("tentative", claim) and not _quotes(claim):
        return not ruled_out
    asked = quote.rstrip(" ”\"'").endswith("?")
    return asked and facet not in _ASKED and not says("inquiring", claim) and not _quotes(claim)


def generalises(claim: str, quotes: str) -> bool:
    """Whether the claim says "always" or "everyone" where the words it rests on speak of no such thing, or "regularly"
    of what happened last month."""
    quoted = statements(quotes)
    if says("often_claimed", claim) and says("one_time", quotes) and not says("often", quotes):
        return True
    for said in statements(claim):
        matched = nearest(said, quoted)
        if says("people_none_claimed", said.text) and not says("people_none", quotes):
            return True
        for kind in ("time_all", "time_none", "people_all"):
            if says(f"{kind}_claimed", said.text) and not any(_of_all(kind, s.text) for s in matched):
                return True
    return False


def _of_all(kind: str, text: str) -> bool:
    """Whether a clause speaks of all, "not all" left out: that speaks of some."""
    return says(kind, phrases("not_all").sub(" ", fold(text)))


def without_wishes(text: str) -> str:
    """The text without polite forms of a wish: "would like" is no condition."""
    return phrases("wish").sub(" ", fold(text))


def _vows(claim: str, quote: str) -> bool:
    """Whether the claim commits somebody ("definitely", "has agreed") where the quote has no such word."""
    found = [match.group() for match in phrases("firm").finditer(fold(claim))]
    return bool(found) and not says("firm", quote) and not any(meanings(w) & meanings_of(quote) for w in found)


def _is_over(claim: str, quote: str) -> bool:
    """Whether the claim tells as of today what every clause of the quote it speaks of says of the past only."""
    if says("past", claim) or says("former", claim) or says("former_claimed", claim):
        return False
    for said in statements(claim):
        matched = nearest(said, statements(quote))
        if matched and not (said.denies or said.hedges) and all(says("former", other.text) for other in matched):
            return True
    return False


def _only_intends(quote: str) -> bool:
    plain = without_wishes(quote)
    return (plain != fold(quote) or says("intent", quote) or says("weak", plain)) and not says("future", plain)


def _told(claim: str, quote: str) -> str:
    """The sentences of a quote that the claim's clauses are nearest to, without phrases that only vouch for frankness
    ("if I'm honest"); the whole quote when none is near."""
    near = {other.text for said in statements(claim) for other in nearest(said, statements(quote))}
    parts = [s.text for s in split_sentences(quote) if any(fold(text.strip()) in fold(s.text) for text in near)]
    return phrases("frankly").sub(" ", fold(" ".join(parts) or quote))


def _refuses(claim: str) -> bool:
    """Whether the claim tells of a refusal, which a condition may carry: "if it means a stop, it's a non-starter"."""
    return any(said.denies or "refuse" in said.hedges for said in statements(claim)) or says("no_go", claim)


def _quotes(claim: str) -> bool:
    return "“" in claim or '"' in claim
