"""What stays out of prompts and personas, sentence by sentence, and what only looks like it."""

import json
from importlib.resources import files

import pytest

from persona.offlimits import is_sensitive
from persona.retrieval import count_withheld
from tests.persona.briefs import mail, of_jane

SENTENCES = json.loads(files("tests.persona").joinpath("sensitive_sentences.json").read_text("utf-8"))


@pytest.mark.parametrize("said", SENTENCES["withheld"])
def test_private_matters_are_withheld(said: str) -> None:
    assert is_sensitive(said)


@pytest.mark.parametrize("said", SENTENCES["harmless"])
def test_business_that_only_sounds_private_is_read(said: str) -> None:
    assert not is_sensitive(said)


def test_what_is_withheld_is_counted_and_not_told() -> None:
    words = "My wife is ill. The budget is 40k. Sundays I have a family."
    assert count_withheld(of_jane(mail("m1", 3, words), mail("m2", 2, "Send the deck."))) == 2
