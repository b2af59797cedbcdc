"""What stays out of prompts and personas, sentence by sentence, and what only looks like it."""

import json
from importlib.resources import files

import pytest

from persona.offlimits import is_sensitive

SENTENCES = json.loads(files("tests.persona").joinpath("sensitive_sentences.json").read_text("utf-8"))


@pytest.mark.parametrize("said", SENTENCES["withheld"])
def test_private_matters_are_withheld(said: str) -> None:
    assert is_sensitive(said)


@pytest.mark.parametrize("said", SENTENCES["harmless"])
def test_business_that_only_sounds_private_is_read(said: str) -> None:
    assert not is_sensitive(said)
