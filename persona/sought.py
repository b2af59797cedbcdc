"""What is looked for in a history, per facet: sentences such as buyers say, as vectors, and words they use."""

import json
from importlib import resources

import numpy as np

from persona.model import Facet
from persona.ports import Embedder, Vector


async def prototypes(embedder: Embedder) -> dict[Facet, Vector]:
    """Per facet the unit vectors of a dozen sentences buyers say, shape (sentences, dimensions). Worth caching."""
    document = _read("prototypes.json")
    vectors = await embedder.embed([sentence for sentences in document.values() for sentence in sentences])
    ends = np.cumsum([len(sentences) for sentences in document.values()])
    return {Facet(name): rows for name, rows in zip(document, np.split(vectors, ends[:-1]), strict=True)}


def search_terms() -> dict[Facet, tuple[str, ...]]:
    """Per facet the beginnings of words and phrases, unaccented and lower case, in the languages we read."""
    return {Facet(name): tuple(dict.fromkeys(terms)) for name, terms in _read("search_terms.json").items()}


def _read(name: str) -> dict[str, list[str]]:
    document: dict[str, list[str]] = json.loads(
        resources.files("persona").joinpath("data", name).read_text(encoding="utf-8")
    )
    return document
