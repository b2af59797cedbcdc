"""Signatures known by the contact's name or by what stands under mail after mail."""

import pytest

from persona.model import Contact, Direction, Kind
from persona.signatures import without_signatures
from tests.persona.histories import ago, history, received, row

FOOTER = (
    "Nordhaven a. G.\nVorstand: Dr. Regine Aumann, Jost Lüdeking\n(My hours may differ from yours. No need to hurry.)"
)


def contact(name: str) -> Contact:
    return Contact(key=1, contact_id="c-1", name=name)


def words(*bodies: str, name: str = "Martín Keller-Roux") -> list[str]:
    given = history(
        *(received(ago(days=i + 1), f"t{i}", own_words=body) for i, body in enumerate(bodies)), contact=contact(name)
    )
    return [interaction.own_words for interaction in without_signatures(given).interactions][::-1]


@pytest.mark.parametrize(
    "signature",
    [
        "Martín Keller-Roux",
        "Martin",
        "M. Keller-Roux",
        "i. A. Martin Keller-Roux",
        "Dr. Martin Keller CEng MIPEM",
        "Kind regards,\n\nMartin\nHead of Claims at Nordhaven and whatever else\nwww.nordhaven.example",
    ],
)
def test_what_stands_below_the_contacts_own_name_is_their_signature(signature: str) -> None:
    assert words(f"We decide in May.\n\n{signature}") == ["We decide in May."]


@pytest.mark.parametrize("last", ["Martin Weber decides.", "Ask Martin", "Anna Berg", "Keller says no"])
def test_a_line_that_says_more_than_the_name_or_names_another_stays(last: str) -> None:
    assert words(f"We decide in May.\n\n{last}") == [f"We decide in May.\n\n{last}"]


def test_lines_that_end_three_mails_are_no_words_of_any_of_them() -> None:
    bodies = [f"{said}\n\n{FOOTER}" for said in ("We decide in May.", "Too dear.", "Who else uses it?")]
    assert words(*bodies) == ["We decide in May.", "Too dear.", "Who else uses it?"]
    assert words(*bodies[:2]) == bodies[:2]


def test_an_answer_given_often_is_still_an_answer() -> None:
    assert words("ok for me", "ok for me", "ok for me") == ["ok for me"] * 3


def test_a_postscript_stays() -> None:
    assert words("We decide in May.\n\nMartin\nHead of Claims\n\nPS: the auditors come in June.") == [
        "We decide in May.\nPS: the auditors come in June."
    ]


def test_our_notes_are_left_as_they_are() -> None:
    note = row(ago(days=1), Kind.CALL, Direction.OUTBOUND, own_words="Spoke to\nMartin")
    assert without_signatures(history(note, contact=contact("Martin"))).interactions == (note,)
