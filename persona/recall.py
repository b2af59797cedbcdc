"""What a contact said of some matter: the sentences of their history that speak of it, best first."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from persona.cues import score_cues
from persona.lexicon import fold
from persona.meanings import members_of
from persona.model import Evidence, Facet, History, Interaction, Speaker
from persona.ports import Embedder, Store, Vector
from persona.questions import Question, closeness
from persona.retrieval import may_speak, usable_sentences
from persona.sentences import Sentence

_LOOKED_AT: Final = 60
_TERMS: Final = 120
WHOLE: Final = 0.6
"""How close to a topic a text is that speaks of it; from PART on it speaks of part of it."""
PART: Final = 0.4
_BESIDE: Final = 0.75  # of the closest: less close sentences only share a word with it
_WEIGHTS: Final = {"words": 1.0, "meaning": 0.6, "facet": 0.1, "recency": 0.15}
_TRUST: Final = {Speaker.CONTACT: 0.15}
_LONGEST: Final = 400
_WORD: Final = re.compile(r"[a-z0-9]+")
# The store looks things up by facet; a question is one look-up, under any of them.
_ASKED: Final = Facet.PAIN_POINTS


@dataclass(frozen=True, slots=True)
class Matter:
    """What is looked for, in which history, as known at `now`; `denied` are quotes that colleagues found wrong."""

    question: Question
    history: History
    now: datetime
    denied: Collection[str] = ()


async def recall(matter: Matter, *, store: Store, embedder: Embedder, most: int) -> tuple[Evidence, ...]:
    """Up to `most` sentences that speak of the topic, or of part of it when none does, the best first.

    Interactions come from full-text search, in all the languages a word of the topic is known in, and from their
    embeddings. Sensitive sentences, orders to a model and our own guesses are left out.
    """
    question, history = matter.question, matter.history
    if not question.topic:
        return ()
    wanted = await embedder.embed([" ".join(question.topic)])
    found = await _interactions(matter, store=store, vector=wanted, model=embedder.name)
    spoken = [i for i in history.interactions if i.interaction_id in found and may_speak(i, matter.now)]
    sentences = [(i, s) for i in spoken for s in usable_sentences(i) if not _denied(s, matter.denied)]
    near = [(i, s, closeness(question.topic, s.text)) for i, s in sentences]
    least = max(PART, _BESIDE * max((close for _, _, close in near), default=0.0))
    kept = [(i, s, close) for i, s, close in near if close >= least]
    if not kept:
        return ()
    cosines = (await embedder.embed([s.text for _, s, _ in kept])) @ wanted[0]
    scores = [_score(question, one, float(cosine), matter.now) for one, cosine in zip(kept, cosines, strict=True)]
    best = [kept[n] for n in np.argsort([-score for score in scores], kind="stable")]
    return tuple(_distinct(best, most))


async def _interactions(matter: Matter, *, store: Store, vector: Vector, model: str) -> set[str]:
    key, until = matter.history.contact.key, matter.now
    near = await store.nearest_passages(key, {_ASKED: vector}, model=model, until=until, per_facet=_LOOKED_AT)
    terms = search_words(matter.question.topic)
    told: Mapping[Facet, Sequence[tuple[str, float]]] = {}
    if terms:
        told = await store.matching_passages(key, {_ASKED: terms}, until=until, per_facet=_LOOKED_AT)
    return {interaction_id for found in (near, told) for interaction_id, _ in found.get(_ASKED, ())}


def search_words(topic: Sequence[str]) -> tuple[str, ...]:
    """The beginnings of words to search for: each word of a topic and what means the same in the languages we read."""
    forms = [form for word in topic for form in (word, *members_of(word))]
    plain = (" ".join(_WORD.findall(fold(form))) for form in forms)
    return tuple(dict.fromkeys(form for form in plain if len(form) > 2))[:_TERMS]


def _score(question: Question, one: tuple[Interaction, Sentence, float], cosine: float, now: datetime) -> float:
    interaction, sentence, close = one
    cues = score_cues(sentence.text) if question.facets else {}
    facet = max((cues.get(facet, 0.0) for facet in question.facets), default=0.0)
    years = max((now - interaction.occurred_at).days, 0) / 365
    parts = {"words": close, "meaning": cosine, "facet": min(facet, 3.0), "recency": 1 / (1 + years)}
    told = _TRUST.get(interaction.speaker or Speaker.NOTE, 0.0)
    return sum(_WEIGHTS[name] * value for name, value in parts.items()) + told


def _distinct(best: Sequence[tuple[Interaction, Sentence, float]], most: int) -> list[Evidence]:
    """The first sentences, one of each interaction, none twice."""
    found: dict[str, Evidence] = {}
    for interaction, sentence, _ in best:
        if len(found) < most and all(e.quote != sentence.text for e in found.values()):
            found.setdefault(interaction.interaction_id, evidence_of(interaction, sentence))
    return list(found.values())


def evidence_of(interaction: Interaction, sentence: Sentence) -> Evidence:
    """A sentence as a quote."""
    return Evidence(
        quote=sentence.text[:_LONGEST],
        occurred_at=interaction.occurred_at,
        speaker=interaction.speaker or Speaker.NOTE,
        interaction_id=interaction.interaction_id,
        kind=interaction.kind,
        subject=interaction.subject,
        thread_id=interaction.thread_id,
    )


def _denied(sentence: Sentence, denied: Collection[str]) -> bool:
    return any(quote in sentence.text or sentence.text in quote for quote in denied)
