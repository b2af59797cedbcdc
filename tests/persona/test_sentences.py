"""Sentences are verbatim slices in four languages; courtesies are known; words compare whatever their case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persona.sentences import is_courtesy, is_prose, normalise, split_sentences, unwrap, word_set


def split(text: str) -> list[str]:
    return [sentence.text for sentence in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("We lose hours. Every day! Why?", ["We lose hours.", "Every day!", "Why?"]),
        ("Mr. Zielinski starts at 5:15 a.m. on site. Good.", ["Mr. Zielinski starts at 5:15 a.m. on site.", "Good."]),
        ("Ja, am 24. um 14 Uhr. Das passt, z.B. im Werk.", ["Ja, am 24. um 14 Uhr.", "Das passt, z.B. im Werk."]),
        ("¿Qué pasa si falla? Nos preocupa el Sr. Gil.", ["¿Qué pasa si falla?", "Nos preocupa el Sr. Gil."]),
        ("Responde en 200 ms. Me preocupa el contrato.", ["Responde en 200 ms.", "Me preocupa el contrato."]),
        ("u got it. need it in spanish", ["u got it.", "need it in spanish"]),
        ("Two things:\n- the price\n- the date", ["Two things:", "- the price", "- the date"]),
        ("nights. after nine. days are full", ["nights. after nine.", "days are full"]),
        ("Hi Tom,\nok Friday\n\nJane", ["Hi Tom,", "ok Friday", "Jane"]),
        (
            "This line is long enough that a mail program has broken\nit here, in the middle. Next.",
            ["This line is long enough that a mail program has broken\nit here, in the middle.", "Next."],
        ),
        (" \n ", []),
    ],
)
def test_a_text_is_split_where_its_sentences_end(text: str, sentences: list[str]) -> None:
    assert split(text) == sentences


@given(st.text(alphabet="aB1 .,!?:\n-…", max_size=80))
def test_sentences_are_slices_in_order_that_lose_nothing_but_white_space(text: str) -> None:
    sentences = split_sentences(text)
    assert all(text[s.start : s.end] == s.text for s in sentences)
    assert "".join("".join(s.text.split()) for s in sentences) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "courtesy"),
    [
        ("Hi Tom,", True),
        ("Guten Tag Herr Hellwig", True),
        ("Sehr geehrter Herr Müller,", True),
        ("Thanks again!", True),
        ("Mit freundlichen Grüßen", True),
        ("Please call me if you have any questions.", True),
        ("Bei Rückfragen melden Sie sich gern.", True),
        ("Thank you for the offer, it is too high.", False),
        ("Good price.", False),
    ],
)
def test_greetings_and_closings_are_courtesies(text: str, courtesy: bool) -> None:
    assert is_courtesy(text) is courtesy


@pytest.mark.parametrize(
    ("text", "prose"),
    [
        ("Above $25,000 (net) our CFO signs - he's quick.", True),
        ("¿Qué pasa si el 10% no lo usa?", True),
        ("See https://example.com/slides for it.", False),
        ("Tested-by: Some One <someone>", False),
        ("[ 12.345] BUG: ** 0x00ff == {} **", False),
        ("My number is (301) 555-0143", False),
    ],
)
def test_links_logs_headers_and_numbers_are_no_prose(text: str, prose: bool) -> None:
    assert is_prose(text) is prose


def test_normalised_text_has_words_only_with_questions_and_percent_kept() -> None:
    assert normalise("Can't we cut it by 10%?") == " cant we cut it by 10 % ? "


def test_words_to_compare_are_long_words_acronyms_and_numbers() -> None:
    assert word_set("SSO is not a must for 140 users") == {"sso", "must", "140", "users"}


def test_a_wrapped_line_goes_on_after_a_colon_and_before_a_number_no_list_has() -> None:
    on = "Wrong as of now, since the board has met again and said so:\nsecurity decided that everything needs it."
    number = "nach Inventur ist die Zahl zu berichtigen: es sind 260 Stück, nicht\n350. Die übrigen sind abgeschrieben."
    listed = "What we miss in the tool that we have had since the year before last:\n1. alerts\n2. exports"
    assert [unwrap(text) for text in (on, number, listed)] == [on.replace("\n", " "), number.replace("\n", " "), listed]
