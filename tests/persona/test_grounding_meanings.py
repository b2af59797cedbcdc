"""What the check makes of words that mean another thing than they say: understatement, refusal, one time, one kind."""

import pytest

from persona.grounding.novelty import says_more
from persona.grounding.polarity import turned_round
from persona.grounding.stance import generalises, overstates
from persona.model import Facet


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Satisfied with the current supplier", "Del fornitore attuale non posso dire male"),
        ("Satisfied with the current software", "Ich kann mich über die Software nicht beklagen"),
        ("Trusts a neighbour rather than a brochure", "A mí me convence más un vecino que un folleto"),
        ("The order is pending until the grant arrives", "Finché non arriva il contributo non ordino niente"),
        ("Discrepancies between the two logs", "The two logs never agree"),
    ],
)
def test_another_way_to_say_it_is_not_the_opposite(claim: str, quote: str) -> None:
    assert turned_round(claim, quote) is False


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Frustrated with the current supplier", "Del fornitore attuale non posso dire male"),
        ("Trusts a brochure rather than a neighbour", "A mí me convence más un vecino que un folleto"),
        ("A two-day training suits her", "A two-day training is a non-starter"),
        ("A two-day training is not out of the question", "Formação de dois dias é impensável"),
        ("Unclear whether training is not included", "Non ho capito se il corso è compreso"),
        ("Signed a five year deal with the supplier", "The supplier wanted a five year deal. We walked away."),
    ],
)
def test_the_opposite_is_known_without_a_not(claim: str, quote: str) -> None:
    assert turned_round(claim, quote) is True


def test_a_condition_that_rules_something_out_is_a_firm_refusal_and_no_consent() -> None:
    quote = "If your kit means a stop of even a day then it's a non-starter"
    told = (
        overstates("Will not accept a stop of a day", quote, Facet.LIKELY_OBJECTIONS),
        overstates("Will accept a stop of a day", quote, Facet.LIKELY_OBJECTIONS),
    )
    assert told == (False, True)


def test_what_happened_last_month_is_not_told_as_regular() -> None:
    claim = "Pallets are regularly rejected"
    told = (generalises(claim, "Last month a pallet was rejected"), generalises(claim, "They often reject a pallet"))
    assert told == (True, False)


def test_a_general_word_rests_on_what_it_covers_and_not_the_other_way_round() -> None:
    asked = "De noviembre a enero, ni me escriban"
    told = (
        says_more("No contact between November and January", asked, asked),
        says_more("No visits between November and January", asked, asked),
    )
    assert told == (False, True)
