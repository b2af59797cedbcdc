from datetime import timedelta

import pytest

from blocks import wording
from tests.profiles import NOW


@pytest.mark.parametrize(
    ("hours", "said"),
    [(0.66, "40 min"), (1, "1 h"), (5.2, "5.2 h"), (11.4, "11 h"), (47, "47 h"), (60, "2.5 days"), (720, "30 days")],
)
def test_hours_are_said_in_the_unit_a_person_would_use(hours: float, said: str) -> None:
    assert wording.hours(hours) == said


def test_numbers_have_a_decimal_only_where_it_matters() -> None:
    assert [wording.number(n) for n in (5.0, 5.25, 9.96, 74.4, 1214)] == ["5", "5.2", "10", "74", "1,214"]


def test_one_is_singular() -> None:
    assert [wording.count(1, "call"), wording.count(2, "call"), wording.days(1), wording.days(2)] == [
        "1 call",
        "2 calls",
        "1 day",
        "2 days",
    ]


def test_ages_and_distances_are_whole_days() -> None:
    moments = [NOW, NOW - timedelta(days=1), NOW - timedelta(days=12)]
    assert [wording.ago(m, now=NOW) for m in moments] == ["today", "yesterday", "12 days ago"]
    assert [wording.age(m, now=NOW) for m in moments] == ["written today", "1 day old", "12 days old"]


def test_dates_and_months_are_short() -> None:
    assert [wording.full_date(NOW), wording.month("2026-03")] == ["20 Oct 2026", "Mar 2026"]


def test_marks_are_circled_to_ten_and_bracketed_beyond() -> None:
    assert [wording.mark(n) for n in (1, 10, 11, 270)] == ["❶", "❿", "[11]", "[270]"]


def test_confidence_is_dots_and_a_word() -> None:
    assert [wording.confidence(level) for level in ("high", "medium", "low")] == ["●●● high", "●●○ medium", "●○○ low"]


def test_percentiles_are_ordinals() -> None:
    assert [wording.ordinal(n) for n in (1, 2, 3, 11, 13, 21, 72.4, 100)] == [
        "1st",
        "2nd",
        "3rd",
        "11th",
        "13th",
        "21st",
        "72nd",
        "100th",
    ]
