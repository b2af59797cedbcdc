"""How a contact writes is measured over their own mails only, and not told from too few."""

from datetime import timedelta

import pytest

from persona.habits import measure_habits, tone_of
from persona.model import Direction, Kind, Metric
from tests.persona.briefs import mail, of_jane
from tests.persona.histories import NOW, ago, row, sent


def test_habits_are_measured_over_the_contacts_own_mails() -> None:
    history = of_jane(
        *(mail(f"e{n}", n, "Dear Mr Hale, the offer is accepted.") for n in range(1, 5)),
        mail("auto", 5, "I am out of office lol!! " * 40, auto_reply=True),
        mail("later", -2, "word " * 300),
        sent(ago(6), id="ours", own_words="word " * 300),
        row(ago(7), Kind.CALL, Direction.OUTBOUND, id="call", initiated_by_contact=True),
    )
    assert measure_habits(history, now=NOW) == {
        "words_per_email": Metric("words_per_email", 7.0, "words", 4, 3),
        "tone": Metric("tone", "formal", "text", 4, 3),
        "usual_hours": Metric(
            "usual_hours",
            "11:00-13:00",
            "text",
            5,
            5,
            note="5 of 5 own actions, hours in UTC, the contact's",
        ),
    }


def test_too_few_mails_tell_no_habit() -> None:
    measured = measure_habits(of_jane(mail("e1", 1, "Yes."), mail("e2", 2, "No.")), now=NOW)
    assert {name: (metric.value, metric.n) for name, metric in measured.items()} == {
        "words_per_email": (None, 2),
        "tone": (None, 2),
        "usual_hours": (None, 2),
    }


def test_hours_spread_over_the_day_are_no_habit() -> None:
    mails = [mail(f"e{n}", n + n / 8, "Fine with me.") for n in range(8)]
    assert measure_habits(of_jane(*mails), now=NOW + timedelta(days=1))["usual_hours"].value is None


@pytest.mark.parametrize(
    ("text", "tone"),
    [
        ("Dear Mr Hale, should you need more, I remain at your disposal. Kind regards", "formal"),
        ("ok cool, thx :)", "informal"),
        ("The offer is accepted.", "neutral"),
    ],
)
def test_the_marks_that_prevail_make_the_tone(text: str, tone: str) -> None:
    assert tone_of(text) == tone
