"""What is off limits stays so when a mail program sets typographic apostrophes."""

import pytest

from persona.offlimits import is_guess


@pytest.mark.parametrize("note", ["She'll want overtime analytics for sure", "I'd say price is what they're after"])
def test_a_guess_is_one_with_either_apostrophe(note: str) -> None:
    assert (is_guess(note), is_guess(note.replace("'", "’"))) == (True, True)
