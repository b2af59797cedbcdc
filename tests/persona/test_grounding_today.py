"""What was so once, of some, or in another currency: no claim of today, of all, or in this one rests on it."""

import pytest

from persona.grounding.numbers import currencies
from persona.grounding.stance import generalises, overstates
from persona.meanings import common, kinds


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Uses Breadline for planning", "We used to use Breadline for planning."),
        ("Insists on paper", "Früher habe ich auf Papier bestanden."),
        ("Prefers meetings in person", "Antes prefería reuniones presenciales."),
        ("Does everything in Excel", "Vroeger deden we alles in Excel."),
        ("Will sign before summer", "Si vous reprenez nos données, je signe avant l'été."),
    ],
)
def test_what_was_once_or_only_under_a_condition_is_no_claim_of_today(claim: str, quote: str) -> None:
    assert overstates(claim, quote, None)


def test_what_is_told_of_the_past_may_rest_on_the_past() -> None:
    assert not overstates("Planned with Breadline", "We used to use Breadline for planning.", None)


def test_not_all_is_not_all() -> None:
    assert generalises("All shifts use the tablet", "Nem todos os turnos usam o tablet.")
    assert not generalises("All shifts use the tablet", "Todos os turnos usam o tablet.")


def test_a_currency_is_that_of_the_words() -> None:
    assert (currencies("5 euros"), currencies("$5")) == ({"€"}, {"$"})


def test_a_season_tells_no_season_from_another() -> None:
    seasons = next(kind for kind in kinds() if "#summer" in kind)
    assert "#season" in common(seasons)
    assert not common(seasons) & seasons
