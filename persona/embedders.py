"""Texts into unit vectors: the offline static model, or OpenAI's through a client that is handed in."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

import numpy as np

from persona.ports import Vector

if TYPE_CHECKING:
    from wordllama.inference import WordLlamaInference

DIMENSIONS: Final = 256
_OPENAI_BATCH: Final = 512  # the embeddings endpoint takes at most 2,048 inputs and 300,000 tokens a request
_OPENAI_MAX_CHARACTERS: Final = 8_000  # 8,192 tokens an input; a token is at least a character


class EmbeddingsEndpoint(Protocol):
    """The part of `AsyncOpenAI.embeddings` we call."""

    async def create(
        self,
        *,
        model: str,
        input: list[str],  # noqa: A002 -- the client's own name
        dimensions: int,
        encoding_format: Literal["float"],
    ) -> Any:
        """An answer whose `data` holds, per input in order, an `index` and its `embedding`."""
        ...


class EmbeddingsClient(Protocol):
    """The part of an OpenAI client we call."""

    @property
    def embeddings(self) -> EmbeddingsEndpoint:
        """The embeddings endpoint."""
        ...


class StaticEmbedder:
    """wordllama's static vectors: offline, numpy only; the model (33 MB) is loaded at the first call."""

    name = "wordllama-0.4-256"
    dimensions = DIMENSIONS

    async def embed(self, texts: Sequence[str]) -> Vector:
        """One unit vector a text, shape (len(texts), 256); a text without a known word gets the zero vector."""
        return self.embed_now(texts)

    def embed_now(self, texts: Sequence[str]) -> Vector:
        """The same without an event loop, for bulk work in a thread."""
        if not texts:
            return np.zeros((0, DIMENSIONS), dtype=np.float32)
        return unit_rows(self._model.embed([text or " " for text in texts], norm=False))

    @cached_property
    def _model(self) -> "WordLlamaInference":
        import wordllama

        # 0.4.0.post1 looks for its tokenizer beside the package unless told the folder
        folder = Path(wordllama.__file__).parent
        return wordllama.WordLlama.load(cache_dir=folder, disable_download=True)


class OpenAIEmbedder:
    """OpenAI's embeddings, cut to the static model's dimension so that both fit one column."""

    def __init__(
        self, client: EmbeddingsClient, *, model: str = "text-embedding-3-small", dimensions: int = DIMENSIONS
    ) -> None:
        self._client, self._model = client, model
        self.name, self.dimensions = f"{model}-{dimensions}", dimensions

    async def embed(self, texts: Sequence[str]) -> Vector:
        """One unit vector a text; empty texts get the zero vector without a call. Raises the client's own errors."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        filled = [i for i, text in enumerate(texts) if text.strip()]
        for start in range(0, len(filled), _OPENAI_BATCH):
            rows = filled[start : start + _OPENAI_BATCH]
            vectors[rows] = await self._embed_batch([texts[i][:_OPENAI_MAX_CHARACTERS] for i in rows])
        return unit_rows(vectors)

    async def _embed_batch(self, texts: list[str]) -> Vector:
        answer = await self._client.embeddings.create(
            model=self._model, input=texts, dimensions=self.dimensions, encoding_format="float"
        )
        ordered = sorted(answer.data, key=lambda item: item.index)
        vectors: Vector = np.asarray([item.embedding for item in ordered], dtype=np.float32)
        return vectors[:, : self.dimensions]  # compatible servers ignore `dimensions`


def unit_rows(vectors: Vector) -> Vector:
    """Each row scaled to length 1, as float32; rows without length or with a NaN become zeros."""
    rows = np.asarray(vectors, dtype=np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    units: Vector = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
    return units
