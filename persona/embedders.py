"""Texts into unit vectors by the offline static model."""

import asyncio
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from persona.ports import Vector

if TYPE_CHECKING:
    from wordllama.inference import WordLlamaInference

DIMENSIONS: Final = 256
# What mail programs make of the same keystroke: a word's vector must not depend on it.
_TYPOGRAPHY: Final = str.maketrans("’‘‛`´“”„«»‐‑–—", "'''''\"\"\"\"\"----")


class StaticEmbedder:
    """wordllama's static vectors: offline, numpy only; the model (33 MB) is loaded at the first call."""

    name = "wordllama-0.4-256"
    dimensions = DIMENSIONS

    async def embed(self, texts: Sequence[str]) -> Vector:
        """One unit vector a text, shape (len(texts), 256); a text without a known word gets the zero vector."""
        return await asyncio.to_thread(self.embed_now, texts)

    def embed_now(self, texts: Sequence[str]) -> Vector:
        """The same without an event loop, for bulk work in a thread."""
        if not texts:
            return np.zeros((0, DIMENSIONS), dtype=np.float32)
        return unit_rows(self._model.embed([_plain(text) or " " for text in texts], norm=False))

    @cached_property
    def _model(self) -> "WordLlamaInference":
        import wordllama

        # 0.4.0.post1 looks for its tokenizer beside the package unless told the folder
        folder = Path(wordllama.__file__).parent
        return wordllama.WordLlama.load(cache_dir=folder, disable_download=True)


def _plain(text: str) -> str:
    """The text with plain quotes and dashes and single blanks."""
    return " ".join(text.translate(_TYPOGRAPHY).split())


def unit_rows(vectors: Vector) -> Vector:
    """Each row scaled to length 1, as float32; rows without length or with a NaN become zeros."""
    rows = np.asarray(vectors, dtype=np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    units: Vector = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
    return units
