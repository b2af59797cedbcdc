"""Retrieval against labels: is what an expected item rests on among the first five passages of its facet?

An interaction that supports an expected item of a facet is relevant to that facet. The baselines rank the same
contact's sentences by cosine to the same example sentences of each facet: word hashing into 256 numbers, and TF-IDF.
"""

import csv
import json
import math
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import chain
from pathlib import Path
from typing import Any, Final

from persona.hygiene import own_words
from persona.model import Brief, Direction
from persona.sentences import is_courtesy, is_prose, normalise, split_sentences

K: Final = 5
FACETS: Final = (
    *("pain_points", "buying_motivations", "likely_objections", "decision_pattern", "buying_behaviour"),
    *("recommended_approach", "avoid"),
)
_DIMENSIONS: Final = 256

Ranking = Mapping[str, Sequence[str]]
"""Per facet the interactions of the best passages, best first."""
Weights = Mapping[str, float]
Vectorise = Callable[[str], Weights]
Said = tuple[str, str]
"""An interaction and a sentence of it."""


@dataclass(frozen=True, slots=True)
class Found:
    """Recall@5 over expected items and precision@5 over the passages given, by facet and for all."""

    recall: float
    precision: float
    by_facet: Mapping[str, tuple[float, float]]


def ours(briefs: Mapping[str, Brief]) -> dict[str, Ranking]:
    """What the engine's own retrieval put into each brief."""
    return {
        contact: {facet.value: [p.interaction_id for p in passages] for facet, passages in brief.passages.items()}
        for contact, brief in briefs.items()
    }


def by_hashing(folder: Path) -> dict[str, Ranking]:
    """Ranked by hashed words."""
    return {contact: _ranked(said, lambda _: _hashed) for contact, said in _sentences(folder).items()}


def by_tfidf(folder: Path) -> dict[str, Ranking]:
    """Ranked by words weighed by their rarity in the contact's sentences and the examples."""
    return {contact: _ranked(said, _tfidf) for contact, said in _sentences(folder).items()}


def measure_retrieval(truth: Mapping[str, Any], rankings: Mapping[str, Ranking]) -> Found:
    """How far the rankings find what the truth's items rest on; a contact without a ranking found nothing."""
    hits: dict[str, list[bool]] = {facet: [] for facet in FACETS}
    relevant: dict[str, list[bool]] = {facet: [] for facet in FACETS}
    for contact in truth["contacts"]:
        ranking = rankings.get(contact["external_id"], {})
        for facet in FACETS:
            items = contact["expected"].get(facet, [])
            first = list(ranking.get(facet, ()))[:K] if items else []
            hits[facet] += [bool(set(first) & set(item["interaction_ids"])) for item in items]
            supports = {i for item in items for i in item["interaction_ids"]}
            relevant[facet] += [interaction in supports for interaction in first]
    by_facet = {facet: (_share(hits[facet]), _share(relevant[facet])) for facet in FACETS if hits[facet]}
    return Found(_share(list(chain(*hits.values()))), _share(list(chain(*relevant.values()))), by_facet)


def _share(verdicts: Sequence[bool]) -> float:
    return sum(verdicts) / len(verdicts) if verdicts else 0.0


def _ranked(said: Sequence[Said], vectoriser: Callable[[list[str]], Vectorise]) -> Ranking:
    examples = _examples()
    vectorise = vectoriser([*(text for _, text in said), *(text for texts in examples.values() for text in texts)])
    vectors = [vectorise(text) for _, text in said]
    ranking = {}
    for facet in FACETS:
        wanted = [vectorise(text) for text in examples.get(facet, ())]
        best = [max((_cosine(vector, other) for other in wanted), default=0.0) for vector in vectors]
        order = sorted(range(len(said)), key=lambda place: -best[place])
        ranking[facet] = [said[place][0] for place in order]
    return ranking


def _hashed(text: str) -> Weights:
    return Counter(str(zlib.crc32(word.encode()) % _DIMENSIONS) for word in normalise(text).split())


def _tfidf(texts: list[str]) -> Vectorise:
    known = Counter(word for text in texts for word in set(normalise(text).split()))

    def vectorise(text: str) -> Weights:
        words = Counter(normalise(text).split())
        return {word: n * math.log(len(texts) / known[word]) for word, n in words.items()}

    return vectorise


def _cosine(one: Weights, other: Weights) -> float:
    length = math.sqrt(sum(w * w for w in one.values()) * sum(w * w for w in other.values()))
    return sum(weight * other.get(word, 0.0) for word, weight in one.items()) / length if length else 0.0


def _examples() -> dict[str, list[str]]:
    text = resources.files("persona").joinpath("data/prototypes.json").read_text(encoding="utf-8")
    examples: dict[str, list[str]] = json.loads(text)
    return examples


def _sentences(folder: Path) -> dict[str, list[Said]]:
    """Every contact's own sentences and our notes', newest first."""
    found: dict[str, list[Said]] = {}
    for row, direction in _rows(folder):
        for sentence in split_sentences(own_words(row["body"], direction=direction)):
            if not is_courtesy(sentence.text) and is_prose(sentence.text):
                found.setdefault(row["contact_id"], []).append((row["external_id"], sentence.text))
    return found


def _rows(folder: Path) -> Iterator[tuple[dict[str, str], Direction]]:
    kinds = {"emails": Direction.INBOUND, "activities": Direction.INTERNAL, "comments": Direction.INTERNAL}
    for name, direction in kinds.items():
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        yield from ((row, direction) for row in rows if row.get("direction", "inbound") == "inbound")
