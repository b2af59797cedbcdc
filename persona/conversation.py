"""Answers a question about one contact from their figures, their persona's claims and what they said."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Final

from persona.answers import Answer, Lack, Said
from persona.corrections import Correction
from persona.figures import metric_sentence
from persona.grounding import figure_evidence
from persona.letters import write_letter
from persona.model import Claim, CorrectionKind, Evidence, Facet, History, Insights, Persona, Profile
from persona.model_answers import Material, ModelAnswers
from persona.offlimits import is_sensitive
from persona.ports import Embedder, Store
from persona.questions import Question, Wish, closeness, read_question
from persona.recall import WHOLE, Matter, recall
from persona.sameness import says_same

_CLAIMS: Final = 4
_SENTENCES: Final = 5
_OFFERED: Final = 12
_BESIDE_FIGURES: Final = 2


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known of who is asked about; the history is without what was found to be another person's."""

    profile: Profile
    history: History
    insights: Insights
    corrections: Sequence[Correction] = ()


class Conversation:
    """Answers: questions about what somebody said with a model if there is one, all else without."""

    def __init__(self, *, store: Store, embedder: Embedder, model: ModelAnswers | None = None) -> None:
        self._store, self._embedder, self._model = store, embedder, model

    async def answer(self, text: str, known: Known) -> Answer:
        """The answer: what can't be traced to a quote or a figure isn't in it."""
        contact, read = known.history.contact, len(known.history.interactions)
        question = read_question(text, known=[contact.name, contact.company or ""])
        if is_sensitive(_with_pronoun(text, contact.name)):
            return Answer(contact, read, lack=Lack.PRIVATE)
        if question.wish is Wish.SIMILAR:
            alike = known.profile.similar
            return Answer(contact, read, similar=alike, lack=None if alike else Lack.NOBODY_ALIKE)
        if question.wish is Wish.DRAFT:
            return await self._letter(question, known)
        if question.wish is Wish.FIGURES:
            return _figures(question, known)
        if question.wish is Wish.WHO:
            return _who(known)
        return await self._evidence(question, known)

    async def _evidence(self, question: Question, known: Known) -> Answer:
        """Claims of the persona that speak of it, then sentences that do."""
        claims = _claims(question, known.profile.persona)
        said = [one for claim in claims for one in _told(claim)]
        cited = {evidence.interaction_id for claim in claims for evidence in claim.evidence}
        spoken = await self._recalled(question, known, most=_OFFERED)
        quotes = [*(evidence for claim in claims for evidence in claim.evidence), *spoken]
        written = await self._written(question, known, quotes)
        if written:
            return written
        fresh = [Said((e,)) for e in spoken if e.interaction_id not in cited]
        said += fresh[: max(_SENTENCES - len(said), 1)]
        read = len(known.history.interactions)
        lack = None if said else Lack.NOT_SAID
        if (
            question.topic
            and said
            and all(closeness(question.topic, e.quote) < WHOLE for one in said for e in one.evidence)
        ):
            lack = Lack.PARTLY_SAID
        return Answer(known.history.contact, read, said=tuple(said), lack=lack)

    async def _written(self, question: Question, known: Known, quotes: Sequence[Evidence]) -> Answer | None:
        """The model's answer from these quotes, if there is a model and anything it says holds."""
        if self._model is None or not quotes:
            return None
        said = await self._model.answer(Material(question.text, quotes, known.history, known.insights))
        contact, read = known.history.contact, len(known.history.interactions)
        return Answer(contact, read, written_by=self._model.name, said=said) if said else None

    async def _letter(self, question: Question, known: Known) -> Answer:
        """A draft that takes up the topic asked for, else what matters most to them."""
        contact, read = known.history.contact, len(known.history.interactions)
        words = await self._recalled(question, known, most=1)
        if question.topic and not words:
            return Answer(contact, read, lack=Lack.NOT_SAID)
        letter = await asyncio.to_thread(write_letter, words, known.profile.persona, known.history, known.insights)
        return Answer(contact, read, letter=letter, lack=None if letter else Lack.NO_WORDS)

    async def _recalled(self, question: Question, known: Known, *, most: int) -> tuple[Evidence, ...]:
        matter = Matter(question, known.history, known.insights.as_of, _denied(known.corrections))
        return await recall(matter, store=self._store, embedder=self._embedder, most=most)


def _with_pronoun(text: str, name: str) -> str:
    """The question with a pronoun for the contact's name: what is private is told by what is said of a person."""
    parts = "|".join(re.escape(part) for part in name.split())
    return re.sub(rf"\b(?:{parts})\b", "she", text, flags=re.IGNORECASE) if parts else text


def _figures(question: Question, known: Known) -> Answer:
    """The figures that answer it; of those there is too little for, that."""
    insights = known.insights
    wanted = [insights.metrics[name] for name in question.metrics if name in insights.metrics]
    said = [Said((figure_evidence(m, as_of=insights.as_of),), metric_sentence(m)) for m in wanted if m.enough]
    claims = _claims(question, known.profile.persona)[:_BESIDE_FIGURES] if question.facets else ()
    said += [one for claim in claims for one in _told(claim)]
    unknown = tuple(metric_sentence(m) for m in wanted if not m.enough)
    contact, read = known.history.contact, len(known.history.interactions)
    return Answer(contact, read, said=tuple(said), unknown=unknown, lack=None if said else Lack.NOT_SAID)


def _who(known: Known) -> Answer:
    """What to know before calling."""
    persona = known.profile.persona
    claims = [*([persona.summary] if persona and persona.summary else []), *(persona.key_points if persona else ())]
    said = tuple(one for claim in claims for one in _told(claim))
    if not said:
        wanted = ("total_interactions", "response_time_median", "preferred_channel")
        return _figures(Question("", Wish.FIGURES, wanted), known)
    return Answer(known.history.contact, len(known.history.interactions), said=said)


def _claims(question: Question, persona: Persona | None) -> tuple[Claim, ...]:
    """The claims that speak of the topic, those of the parts asked for first; without a topic, of those parts."""
    if persona is None:
        return ()
    asked = [persona.facets.get(facet, ()) for facet in question.facets]
    others = [persona.facets.get(facet, ()) for facet in Facet if facet not in question.facets]
    in_turn = [claim for row in zip_longest(*asked) for claim in row if claim]
    if question.topic:
        in_turn = [claim for claim in [*in_turn, *chain.from_iterable(others)] if _speaks_of(question, claim)]
    distinct: list[Claim] = []
    for claim in in_turn:
        if not any(says_same(claim.text, one.text) for one in distinct):
            distinct.append(claim)
    return tuple(distinct[:_CLAIMS])


def _speaks_of(question: Question, claim: Claim) -> bool:
    """Whether the words it rests on do: what a writer puts above them may speak of more.

    Beside a figure words are only an example of it.
    """
    measured = [evidence for evidence in claim.evidence if evidence.metric]
    return any(closeness(question.topic, evidence.quote) >= WHOLE for evidence in measured or claim.evidence)


def _told(claim: Claim) -> list[Said]:
    """A claim, and the newest quote that says otherwise."""
    return [Said(claim.evidence, claim.text), *(Said((e,)) for e in claim.against[:1])]


def _denied(corrections: Sequence[Correction]) -> frozenset[str]:
    """Quotes that colleagues took a claim away from."""
    wrong = {CorrectionKind.WRONG, CorrectionKind.OUTDATED, CorrectionKind.WRONG_PERSON}
    return frozenset(e.quote for c in corrections if c.kind in wrong for e in c.evidence if e.interaction_id)
