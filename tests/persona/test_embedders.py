"""Texts become unit vectors, whatever the texts."""

import numpy as np
import pytest

from persona.embedders import StaticEmbedder, unit_rows


@pytest.fixture(scope="module")
def static() -> StaticEmbedder:
    return StaticEmbedder()


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


def test_rows_without_length_or_with_nan_become_zeros() -> None:
    rows = np.array([[0, 0], [3, 4], [np.nan, 0]], dtype=np.float32)
    np.testing.assert_allclose(unit_rows(rows), [[0, 0], [0.6, 0.8], [0, 0]], rtol=1e-6)
