"""What somebody else is quoted as saying inside a contact's mail is not what the contact says."""

import pytest

from persona.grounding.voices import quoted_of_another

SAID = "I am afraid the migration will slip again."


@pytest.mark.parametrize(
    ("words", "of_another"),
    [
        (f"Olga wrote to me: '{SAID}' What now?", True),
        (f"Olga wrote to me: ‘{SAID}’ What now?", True),
        (f"Olga wrote to me: “{SAID}” What now?", True),
        (f"Olga schrieb: „{SAID}“ Was nun?", True),
        (f"Olga schrieb: ‚{SAID}‘ Was nun?", True),
        (f"Olga a écrit : «{SAID}» Que faire ?", True),
        (f"Er sagte „nein.“ {SAID}", False),
        (f"Olga wrote: 'Not now.' {SAID}", False),
        (f"It's the drivers' app. {SAID}", False),
        (SAID, False),
    ],
)
def test_words_in_any_quotation_marks_are_of_who_is_named_before_them(words: str, of_another: bool) -> None:
    start = words.index(SAID)
    assert quoted_of_another("Is afraid that the migration slips", words, start, start + len(SAID)) is of_another
