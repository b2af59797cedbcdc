"""What the rest of the history says about a claim: newer words that settle it, and words that stand against it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import Final

from persona.grounding.facts import months_and_weekdays
from persona.grounding.numbers import amounts, numbers
from persona.grounding.polarity import turned_round
from persona.grounding.statements import nearest, statements
from persona.lexicon import fold, lexicon
from persona.meanings import content_words, meanings, meanings_of, says, word_group
from persona.model import Evidence, History, Interaction, Speaker
from persona.offlimits import instructs_model, is_sensitive
from persona.sentences import split_sentences

_SHARED: Final = 0.6
_MOST: Final = 2
_RETOLD: Final = 0.25
_STEPS: Final = frozenset(
    {"#begin", "#start", "#sign", "#decide", "#deliver", "#test", "#pilot", "#rollout", "#install"}
)
"""What has one date: naming another moves it."""
_SPANS: Final = frozenset({"year", "years", "quarter", "quarters", "annual"})
_STEM: Final = 5
_FEWEST_WORDS: Final = 3


@dataclass(frozen=True, slots=True)
class _Said:
    """One sentence of the history, its folded text, and whether it takes anything back or names a month or weekday."""

    interaction: Interaction
    text: str
    folded: str
    takes_back: bool
    dated: bool


class Record:
    """All a contact (or our notes) said until now, by sentence."""

    def __init__(self, history: History, *, now: datetime) -> None:
        self._interactions = [
            i for i in history.interactions if i.speaker is not None and not i.auto_reply and i.occurred_at <= now
        ]
        self._held: dict[str, frozenset[int]] = {}
        self._orders: dict[str, bool] = {}

    def settles(self, claim: str, evidence: Evidence) -> bool:
        """Whether newer words took back or replaced what the evidence says ("the budget was cut to 30,000")."""
        if evidence.metric is not None or says("past", claim):
            return False
        return any(
            self._replaces(claim, said)
            or (said.takes_back and takes_back(evidence.quote, said.text))
            or _moves(evidence.quote, said.text)
            for said in self._about(claim, evidence)
            if said.interaction.occurred_at > evidence.occurred_at and not self._orders_model(said.interaction)
        )

    def against(self, claim: str, evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
        """At most two quotes that say the opposite of the claim, newest first; none when its newest words settle it."""
        quoted = [e for e in evidence if e.metric is None]
        if not quoted or says("changed", quoted[0].quote):
            return ()
        own = {e.interaction_id for e in quoted}
        found = {
            said.interaction.interaction_id: _evidence(said)
            for said in self._about(claim, quoted[0])
            if said.interaction.interaction_id not in own
            and _opposes(claim, said.text)
            and not (is_sensitive(said.text) or self._orders_model(said.interaction))
        }
        return tuple(sorted(found.values(), key=lambda e: e.occurred_at, reverse=True)[:_MOST])

    def _replaces(self, claim: str, said: _Said) -> bool:
        return _counts_otherwise(claim, said.text) or (
            says("changed", said.folded) and (_opposes(claim, said.text) or _dates_otherwise(claim, said.text))
        )

    def _about(self, claim: str, evidence: Evidence) -> Iterator[_Said]:
        """The sentences that could be about the same: a quick look before the careful one."""
        stems = {word[:_STEM] for text in (claim, evidence.quote) for word in _matter(text)}
        for at in sorted(self._changes.union(*map(self._holding, stems))):
            if self._sentences[at].text != evidence.quote:
                yield self._sentences[at]

    def _holding(self, stem: str) -> frozenset[int]:
        """The places of the sentences that hold a stem, inside a compound too."""
        if stem not in self._held:
            self._held[stem] = frozenset(at for at, said in enumerate(self._sentences) if stem in said.folded)
        return self._held[stem]

    def _orders_model(self, interaction: Interaction) -> bool:
        """Whether any of an interaction's words address a model: none of them count then."""
        key = interaction.interaction_id
        if key not in self._orders:
            self._orders[key] = instructs_model(interaction.own_words)
        return self._orders[key]

    @cached_property
    def _sentences(self) -> list[_Said]:
        return [said for interaction in self._interactions for said in _said(interaction)]

    @cached_property
    def _changes(self) -> frozenset[int]:
        """The places of the sentences that take something back or name a month or weekday."""
        return frozenset(at for at, said in enumerate(self._sentences) if said.takes_back or said.dated)


def _said(interaction: Interaction) -> Iterator[_Said]:
    """The sentences of an interaction; one too short to say what it is about goes with the next: "Forget 2025. …"."""
    ahead = ""
    for sentence in split_sentences(interaction.own_words):
        text = f"{ahead} {sentence.text}".strip()
        short = len(text.split()) < _FEWEST_WORDS and (says("taken_back", text) or says("ended", text))
        ahead = text if short else ""
        if len(text.split()) >= _FEWEST_WORDS:
            changes = says("taken_back", text) or says("ended", text)
            yield _Said(interaction, text, fold(text), changes, bool(months_and_weekdays(text)))


def takes_back(quote: str, text: str) -> bool:
    """Whether a later sentence withdraws or changes what a quote says: "the scanners are off the table".

    A clause of it holds a word of change and speaks of the quote's matter, or names its day, month or amount. A word
    that only ends something ("no longer") must speak of more of it: what ended may be another thing.
    """
    matter = _matter(quote)
    about = meanings_of(quote)
    when, counted = months_and_weekdays(quote), set(numbers(quote))
    clauses = [s.text for s in statements(text)]
    for n, said in enumerate(clauses):
        if says("taken_back", said) or says("ended", said):
            told = said if len(_matter(said)) > 1 else " ".join(clauses[max(0, n - 1) : n + 2])
            theirs = _matter(told)
            same_time = bool(when & months_and_weekdays(told)) or bool(counted & set(numbers(told)))
            shared = sum(bool(_ideas(word) & about) for word in theirs) + same_time
            needed = 1 if same_time or says("taken_back", said) else min(2, len(matter))
            if shared >= max(needed, 1) and shared >= _RETOLD * len(theirs):
                return True
    return False


def _opposes(claim: str, text: str) -> bool:
    return _share(claim, text) >= _SHARED and turned_round(claim, text)


def _counts_otherwise(claim: str, text: str) -> bool:
    """Whether a sentence names another amount of the same kind for the same matter."""
    mine = {(unit, a.measure): a for a in amounts(claim) for _, unit in a.readings}
    theirs = [(unit, a.measure, a) for a in amounts(text) for _, unit in a.readings]
    if not mine or _share(claim, text) < _SHARED:
        return False
    same = [(mine[unit, measure], a) for unit, measure, a in theirs if (unit, measure) in mine]
    return bool(same) and not any(claimed.readings & a.readings for claimed, a in same)


def _dates_otherwise(claim: str, text: str) -> bool:
    """Whether a sentence about the same matter names another month or weekday."""
    mine, theirs = months_and_weekdays(claim), months_and_weekdays(text)
    return bool(mine and theirs - mine) and _share(claim, text) >= _SHARED


def _moves(quote: str, text: str) -> bool:
    """Whether a sentence sets another month or weekday for the same step: "we don't start before 10 November"."""
    mine = months_and_weekdays(quote)
    if not mine:
        return False
    steps = meanings_of(quote) & _STEPS
    return any(
        steps & meanings_of(said.text) and (theirs := months_and_weekdays(said.text)) and not mine & theirs
        for said in statements(text)
    )


def _ideas(word: str) -> frozenset[str]:
    """What a word means, and what the parts of "per-call" do."""
    return frozenset().union(*(meanings(part) for part in (word, *word.split("-"))))


def _share(claim: str, text: str) -> float:
    """How much of the claim's matter the nearest clauses of a text speak of, 0-1."""
    matter = _matter(claim)
    if _spoken(matter, meanings_of(text)) < _SHARED:  # its clauses can't speak of more
        return 0.0
    ideas = frozenset().union(*(s.ideas for said in statements(claim) for s in nearest(said, statements(text))))
    return _spoken(matter, ideas)


def _spoken(matter: list[str], ideas: frozenset[str]) -> float:
    return sum(bool(meanings(word) & ideas) for word in matter) / len(matter) if matter else 0.0


def _matter(text: str) -> list[str]:
    """What a text is about, but for words of reporting and spans of time."""
    idle = _idle()
    return [word for word in content_words(text) if word not in idle]


@cache
def _idle() -> frozenset[str]:
    return word_group("scaffold") | _SPANS | lexicon().measures.keys()


def _evidence(said: _Said) -> Evidence:
    source = said.interaction
    return Evidence(
        quote=said.text,
        occurred_at=source.occurred_at,
        speaker=source.speaker or Speaker.NOTE,
        interaction_id=source.interaction_id,
        kind=source.kind,
        subject=source.subject,
        thread_id=source.thread_id,
    )
