"""A claim keeps two sentences, and a quotation in it whole."""

import pytest

from persona.grounding.claim_text import clean


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("They wait. They pay. They leave.", "They wait. They pay."),
        ("What they want: “Tested. It runs. We go on”", "What they want: “Tested. It runs. We go on”"),
    ],
)
def test_a_claim_is_cut_after_two_sentences_but_never_inside_a_quotation(text: str, kept: str) -> None:
    assert clean(text) == kept
