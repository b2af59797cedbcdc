"""What is looked for in a history, per facet: sentences such as buyers say, as vectors, and words they use."""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np

from persona.model import Facet
from persona.ports import Embedder, Vector

_PROTOTYPES: Final = WeakKeyDictionary[Embedder, Mapping[Facet, Vector]]()


async def prototypes(embedder: Embedder) -> Mapping[Facet, Vector]:
    """Per facet the unit vectors of a dozen sentences buyers say, shape (sentences, dimensions); made once."""
    if embedder not in _PROTOTYPES:
        document = _read("prototypes.json")
        vectors = await embedder.embed([sentence for sentences in document.values() for sentence in sentences])
        ends = np.cumsum([len(sentences) for sentences in document.values()])
        found = zip(document, np.split(vectors, ends[:-1]), strict=True)
        _PROTOTYPES[embedder] = {Facet(name): rows for name, rows in found}
    return _PROTOTYPES[embedder]


@cache
def search_terms() -> Mapping[Facet, tuple[str, ...]]:
    """Per facet the beginnings of words and phrases, unaccented and lower case, in the languages we read."""
    return {Facet(name): tuple(dict.fromkeys(terms)) for name, terms in _read("search_terms.json").items()}


def _read(name: str) -> dict[str, list[str]]:
    document: dict[str, list[str]] = json.loads(
        resources.files("persona").joinpath("data", name).read_text(encoding="utf-8")
    )
    return document
