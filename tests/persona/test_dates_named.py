"""The days a sentence names are read in the languages we read, from when it was said."""

from datetime import date

import pytest

from persona.writers.rules.dates import days_named

SAID = date(2026, 10, 20)  # a Tuesday


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("The board meets on December 3rd.", [date(2026, 12, 3)]),
        ("We can do Saturday 5 December.", [date(2026, 10, 24), date(2026, 12, 5)]),
        ("Das Budget wird am 4. Dezember beschlossen.", [date(2026, 12, 4)]),
        ("Le dossier passe en comité le 7 décembre.", [date(2026, 12, 7)]),
        ("La auditoría es el 15 de febrero.", [date(2027, 2, 15)]),
        ("Ci serve il contratto entro il 15 dicembre.", [date(2026, 12, 15)]),
        ("Precisamos disto até 2 de março de 2027.", [date(2027, 3, 2)]),
        ("Se organizzate la visita entro fine novembre vengo.", [date(2026, 11, 30)]),
        ("We lost the key account in August.", [date(2026, 8, 31)]),
        ("The readers must be there by the 26th.", [date(2026, 10, 26)]),
        ("Let me know by Friday.", [date(2026, 10, 23)]),
        ("Bitte nicht in der KW 48.", [date(2026, 11, 29)]),
        ("Can you set it up before Thanksgiving?", [date(2026, 11, 26)]),
        ("Lo quiero funcionando antes de Navidad.", [date(2026, 12, 25)]),
        ("We have to close by the end of the year.", [date(2026, 12, 31)]),
    ],
)
def test_a_day_is_read_as_the_speaker_meant_it(text: str, days: list[date]) -> None:
    assert list(days_named(text, SAID)) == days


@pytest.mark.parametrize(
    "text",
    [
        "We may march on with the 14 forms.",
        "Our levy failed in October.",
        "She buys on Fridays, so send it on a Thursday.",
        "It took 3 people 2 weeks, and 26 calls.",
        "Tres meses de papel y nadie mira nada.",
    ],
)
def test_what_only_looks_like_a_day_is_none(text: str) -> None:
    assert days_named(text, SAID) == ()


@pytest.mark.parametrize("text", ["on ⓿ January", "KW 99", "30 February 2031", "January 3 0000", "the 31st"])
def test_no_text_stops_the_reading(text: str) -> None:
    assert all(isinstance(day, date) for day in days_named(text, SAID))
