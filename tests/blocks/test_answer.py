"""Answers in words: what others wrote in them can neither format, link nor mention, however it is cut for a stream."""

import re
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from blocks.answer import answer_card, answer_sources, answer_text, portions
from blocks.card import check_card
from persona.answers import Answer, Lack, Letter, Said
from persona.model import Contact, Evidence, Kind, SimilarContact, Speaker
from tests.doubles.block_limits import message_errors

NASTY = "<!channel> [pay here](http://evil.example) *bold* `code` & <@U1> " * 40
AT = datetime(2026, 10, 3, tzinfo=UTC)


def quote(text: str, number: int = 1) -> Evidence:
    return Evidence(text, AT, Speaker.CONTACT, interaction_id=f"i{number}", kind=Kind.EMAIL, subject=text)


def answer(text: str, *, name: str = "Jane Doe") -> Answer:
    contact = Contact(7, "c7", name, company=text)
    alike = SimilarContact("c8", text, text, 0.9, ("both answer",), won=1, lost=2)
    said = tuple(Said((quote(text, n),), text if n % 2 else "") for n in range(1, 6))
    letter = Letter(f"Hi {text}", (quote(text, 9),))
    return Answer(contact, 12, said=said, letter=letter, similar=(alike,) * 5, unknown=(text,), lack=Lack.NOT_SAID)


@given(st.one_of(st.just(NASTY), st.text(min_size=1, max_size=300).filter(str.strip)))
def test_nothing_in_an_answer_mentions_links_or_breaks_slacks_limits(text: str) -> None:
    told = answer(text, name=text)
    streamed = answer_text(told)
    assert not re.search(r"<[!@#h]|\]\(", streamed)
    assert len(streamed) < 12_000
    for card in (answer_card(told), answer_sources(told)):
        check_card(card)
        assert message_errors({"text": card.text, "blocks": card.blocks}) == []


@given(st.text("&<>a \n*", max_size=400), st.integers(20, 60))
def test_portions_never_part_an_entity(text: str, size: int) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    cut = portions(escaped, size)
    assert "".join(cut) == escaped
    assert all(not re.search(r"&[a-z]*$", piece) and not re.match(r"(?:amp|lt|gt|mp|t|p)?;", piece) for piece in cut)


def test_each_sentence_is_marked_with_its_quotes_and_each_quote_says_who_and_when() -> None:
    told = Answer(
        Contact(7, "c7", "Jane Doe"), 12, said=(Said((quote("One page."), quote("Two.", 2)), "Likes it short"),)
    )
    assert answer_text(told) == "**Jane Doe**\n\n- Likes it short. [1] [2]"
    assert "[2] Jane Doe, mail “Two.”, 3 Oct 2026: “Two.”" in answer_sources(told).text
