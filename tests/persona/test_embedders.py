"""Texts become unit vectors, whatever the texts; the OpenAI embedder keeps their order and calls for words only."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from persona.embedders import OpenAIEmbedder, StaticEmbedder, unit_rows


@pytest.fixture(scope="module")
def static() -> StaticEmbedder:
    return StaticEmbedder()


@dataclass
class Row:
    index: int
    embedding: list[float]


@dataclass
class Answer:
    data: list[Row]


@dataclass
class Endpoint:
    """Answers in reverse order with a vector that tells the text's length, and ignores the dimensions asked for."""

    asked: list[list[str]] = field(default_factory=list)

    async def create(self, **request: Any) -> Answer:
        self.asked.append(request["input"])
        rows = [Row(n, [float(len(text)), 1.0, 0.0, 9.0]) for n, text in enumerate(request["input"])]
        return Answer(rows[::-1])


@dataclass
class Client:
    embeddings: Endpoint = field(default_factory=Endpoint)


async def test_the_static_embedder_gives_one_unit_vector_a_text(static: StaticEmbedder) -> None:
    vectors = await static.embed(["What happens when the migration slips?", "Wir tragen alles doppelt ein."])
    assert vectors.shape == (2, 256)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), [1, 1], rtol=1e-5)


async def test_the_static_embedder_takes_empty_texts_and_none_at_all(static: StaticEmbedder) -> None:
    vectors = await static.embed(["", "   ", "price"])
    assert np.isfinite(vectors).all()
    assert (await static.embed([])).shape == (0, 256)


async def test_texts_that_mean_the_same_are_nearer_than_others(static: StaticEmbedder) -> None:
    price, cost, weather = await static.embed(["the price is too high", "this is too expensive", "it rained on Sunday"])
    assert price @ cost > price @ weather


async def test_the_same_text_has_the_same_vector_alone_and_among_others(static: StaticEmbedder) -> None:
    alone = await static.embed(["budget approval"])
    among = await static.embed(["a much longer text about something else entirely", "budget approval"])
    np.testing.assert_allclose(alone[0], among[1], atol=1e-6)


async def test_the_openai_embedder_keeps_the_order_of_the_texts_and_cuts_to_its_dimensions() -> None:
    client = Client()
    vectors = await OpenAIEmbedder(client, dimensions=2).embed(["a", "four", "aa"])
    expected = unit_rows(np.array([[1, 1], [4, 1], [2, 1]], dtype=np.float32))
    np.testing.assert_allclose(vectors, expected)


async def test_the_openai_embedder_does_not_send_empty_texts() -> None:
    client = Client()
    vectors = await OpenAIEmbedder(client, dimensions=2).embed(["", "four", " \n"])
    assert client.embeddings.asked == [["four"]]
    assert vectors[[0, 2]].tolist() == [[0, 0], [0, 0]]


async def test_the_openai_embedder_sends_many_texts_in_batches() -> None:
    client = Client()
    vectors = await OpenAIEmbedder(client, dimensions=2).embed([f"text {n}" for n in range(1100)])
    assert [len(batch) for batch in client.embeddings.asked] == [512, 512, 76]
    assert vectors.shape == (1100, 2)


def test_embedders_are_told_apart_by_name() -> None:
    names = {StaticEmbedder().name, OpenAIEmbedder(Client()).name, OpenAIEmbedder(Client(), dimensions=64).name}
    assert names == {"wordllama-0.4-256", "text-embedding-3-small-256", "text-embedding-3-small-64"}


def test_rows_without_length_or_with_nan_become_zeros() -> None:
    rows = np.array([[0, 0], [3, 4], [np.nan, 0]], dtype=np.float32)
    np.testing.assert_allclose(unit_rows(rows), [[0, 0], [0.6, 0.8], [0, 0]], rtol=1e-6)
