"""Evidence selection: per facet the passages that say most, within a token budget, as verbatim slices."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import numpy as np

from persona.affinity import facet_contrast
from persona.cues import score_cues
from persona.model import Facet, History, Interaction, Kind, Passage, Speaker
from persona.offlimits import end_of_evidence, is_guess, is_sensitive
from persona.passages import Candidate, Shelf, number_passages
from persona.ports import Embedder, Vector
from persona.sentences import Sentence, is_courtesy, is_prose, split_sentences, word_set

TOKEN_BUDGET: Final = 1200
_CHARACTERS_PER_TOKEN: Final = 4  # OpenAI's rule of thumb for English
_FUSION: Final = 60
_WORDS: Final = 0.5
_RECENT: Final = 25
_CHARACTERS_READ: Final = 20_000  # of one interaction; nobody writes more, machines do
_RANK_OFFSET: Final = 20.0  # flattens the top of a reciprocal rank, as in reciprocal rank fusion (Cormack 2009, k = 60)
_WEIGHTS: Final = {"sentence": 1.0, "cue": 1.2, "interaction": 0.3, "recency": 0.5}
_SPEAKER: Final = {Speaker.CONTACT: 1.0, Speaker.NOTE: 0.8}
_COMMENT: Final = 0.6  # colleagues among themselves: further from the contact than the note of a call
_UNHELD: Final = frozenset({"scheduled", "no_answer", "cancelled"})

Nearest = Mapping[Facet, Sequence[tuple[str, float]]]


def fuse(nearest: Nearest, matching: Nearest) -> dict[Facet, list[tuple[str, float]]]:
    """Per facet the interactions near in meaning and those that match in words as one ranking, best first.

    Reciprocal rank fusion (Cormack 2009, k = 60): scores of two kinds need no common scale. Words weigh half as much
    as meaning: recall of the supporting interaction among the first five, .81 by meaning alone, is .86 then
    (personas-dev; .85 and .85 on tests/evals/histories).
    """
    fused: dict[Facet, list[tuple[str, float]]] = {}
    for facet in {**nearest, **matching}:
        scores: dict[str, float] = {}
        for weight, found in ((1.0, nearest.get(facet, ())), (_WORDS, matching.get(facet, ()))):
            for rank, (interaction_id, _) in enumerate(found):
                scores[interaction_id] = scores.get(interaction_id, 0.0) + weight / (_FUSION + rank)
        fused[facet] = sorted(scores.items(), key=lambda scored: -scored[1])
    return fused


async def select_passages(
    history: History,
    nearest: Nearest,
    facet_prototypes: Mapping[Facet, Vector],
    embedder: Embedder,
    *,
    now: datetime,
    token_budget: int = TOKEN_BUDGET,
) -> dict[Facet, tuple[Passage, ...]]:
    """Per facet the passages that matter, best first; together within the budget (a token taken as 4 characters).

    A passage is one to three neighbouring sentences, verbatim from one interaction's own words. Candidates come from
    the nearest interactions and the newest ones; sentences are ranked by embedding, cue words, their interaction's
    rank and recency (reciprocal ranks, so that models with other cosine scales need no threshold), the contact's own
    words above our notes. Sensitive sentences, orders to an AI and our own guesses are left out. References "E1"..
    are in time order; one passage may serve several facets.
    """
    candidates = _candidates(history, nearest, now)
    if not candidates:
        return {}
    vectors = await embedder.embed([candidate.text for candidate in candidates])
    ranked = _rank(candidates, vectors, nearest, facet_prototypes)
    return number_passages(Shelf(candidates, token_budget * _CHARACTERS_PER_TOKEN).fill(ranked))


def usable_sentences(interaction: Interaction) -> tuple[Sentence, ...]:
    """The sentences of an interaction that may be evidence, in order; none of a paragraph that addresses a machine."""
    kept: list[Sentence] = []
    read = interaction.own_words[:_CHARACTERS_READ]
    for sentence in split_sentences(read[: end_of_evidence(read)]):
        if is_courtesy(sentence.text) or not is_prose(sentence.text) or is_sensitive(sentence.text):
            continue
        if interaction.speaker is Speaker.NOTE and is_guess(sentence.text):
            continue
        kept.append(sentence)
    return tuple(kept)


def count_withheld(history: History) -> int:
    """How many sentences of what may be quoted are kept out of prompts and personas as private."""
    spoken = (i.own_words[:_CHARACTERS_READ] for i in history.interactions if i.speaker is not None)
    return sum(is_sensitive(sentence.text) for words in spoken for sentence in split_sentences(words))


def _candidates(history: History, nearest: Nearest, now: datetime) -> list[Candidate]:
    usable = [i for i in history.interactions if may_speak(i, now)]
    wanted = {interaction_id for found in nearest.values() for interaction_id, _ in found}
    wanted |= {i.interaction_id for i in usable[-_RECENT:]}
    chosen = [i for i in usable if i.interaction_id in wanted]
    return [
        Candidate(interaction=i, sentences=sentences, index=n, words=word_set(sentence.text))
        for i in chosen
        for sentences in [usable_sentences(i)]
        for n, sentence in enumerate(sentences)
    ]


def may_speak(interaction: Interaction, now: datetime) -> bool:
    """Whether an interaction's words may be evidence: somebody's, held, and not of the future."""
    unheld = interaction.kind in (Kind.CALL, Kind.MEETING) and interaction.status in _UNHELD
    return (
        interaction.speaker is not None
        and not unheld
        and interaction.occurred_at <= now
        and bool(interaction.own_words.strip())
    )


def _rank(
    candidates: Sequence[Candidate], vectors: Vector, nearest: Nearest, facet_prototypes: Mapping[Facet, Vector]
) -> dict[Facet, list[int]]:
    """Per facet the candidates' numbers, best first."""
    contrast = facet_contrast(vectors, facet_prototypes)
    cues = [score_cues(candidate.text) for candidate in candidates]
    recency = _reciprocal([candidate.interaction.occurred_at.timestamp() for candidate in candidates])
    trust = np.array([_trust(candidate.interaction) for candidate in candidates])
    ranked: dict[Facet, list[int]] = {}
    for column, facet in enumerate(facet_prototypes):
        cue = np.array([scores.get(facet, 0.0) for scores in cues])
        fused = (
            _WEIGHTS["sentence"] * _reciprocal(contrast[:, column])
            + _WEIGHTS["cue"] * _reciprocal(cue) * (cue > 0)
            + _WEIGHTS["interaction"] * _interaction_ranks(candidates, nearest.get(facet, ()))
            + _WEIGHTS["recency"] * recency
        )
        ranked[facet] = np.argsort(-fused * trust, kind="stable").tolist()
    return ranked


def _reciprocal(values: Sequence[float] | Vector) -> Vector:
    """Each value's reciprocal rank, the largest first; equal values share a rank."""
    array = np.asarray(values, dtype=np.float64)
    _, inverse, counts = np.unique(-array, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - counts
    reciprocal: Vector = (1.0 / (_RANK_OFFSET + ranks[inverse])).astype(np.float32)
    return reciprocal


def _interaction_ranks(candidates: Sequence[Candidate], found: Sequence[tuple[str, float]]) -> Vector:
    ranks = {interaction_id: rank for rank, (interaction_id, _) in enumerate(found)}
    return np.array(
        [
            1.0 / (_RANK_OFFSET + ranks[c.interaction.interaction_id]) if c.interaction.interaction_id in ranks else 0.0
            for c in candidates
        ],
        dtype=np.float32,
    )


def _trust(interaction: Interaction) -> float:
    if interaction.kind in (Kind.COMMENT, Kind.TASK):
        return _COMMENT
    return _SPEAKER[interaction.speaker or Speaker.NOTE]
