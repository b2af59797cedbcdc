"""Contacts are alike by behaviour and words; what is shared is named; few deals say little about the next."""

import numpy as np
import pytest

from persona.model import Contact, Metric, SimilarContact
from persona.ports import Neighbour, Neighbours, Vector
from persona.similarity import (
    FEATURES,
    behaviour_vector,
    describe_neighbours,
    profile_vector,
    shared_traits,
    shrunk_win_rate,
)


def measured(**values: float | str | None) -> dict[str, Metric]:
    return {name: Metric(name, value, "", 10, 5) for name, value in values.items()}


def text(*values: float) -> Vector:
    return np.array(values, dtype=np.float32)


QUICK = behaviour_vector(measured(response_time_median=1.0, words_per_email=12.0, preferred_channel="email"))
SLOW = behaviour_vector(measured(response_time_median=300.0, words_per_email=200.0, preferred_channel="call"))


def test_a_metric_without_enough_data_counts_as_the_mean() -> None:
    assert behaviour_vector(measured(response_time_median=None)).tolist() == [0.0] * len(FEATURES)


def test_behaviour_is_counted_in_spreads_from_the_usual_within_limits() -> None:
    vector = behaviour_vector(measured(reply_rate=0.62, response_time_median=1e6))
    places = {feature.metric: float(value) for feature, value in zip(FEATURES, vector, strict=True) if value}
    assert places == {"reply_rate": pytest.approx(1.0), "response_time_median": pytest.approx(2.5)}


def test_the_cosine_of_two_profiles_is_the_mean_of_behaviours_and_words() -> None:
    a, b = profile_vector(QUICK, text(1, 0)), profile_vector(SLOW, text(1, 0))
    assert a is not None
    assert b is not None
    behaviour = float(QUICK @ SLOW / np.linalg.norm(QUICK) / np.linalg.norm(SLOW))
    assert float(a @ b) == pytest.approx((behaviour + 1) / 2, abs=1e-5)
    assert float(np.linalg.norm(a)) == pytest.approx(1)


def test_a_profile_without_behaviour_is_its_words_and_without_words_there_is_none() -> None:
    nothing = behaviour_vector({})
    profile = profile_vector(nothing, text(3, 4))
    assert profile is not None
    assert profile[-2:].tolist() == pytest.approx([0.6, 0.8])
    assert profile_vector(QUICK, None) is None
    assert profile_vector(QUICK, text(0, 0)) is None


def test_shared_traits_are_named_from_the_strongest_and_never_one_that_only_one_has() -> None:
    other = behaviour_vector(measured(response_time_median=2.0, words_per_email=40.0, preferred_channel="email"))
    assert shared_traits(QUICK, other) == ("both answer within hours", "both write rather than call")
    opposite = np.ones_like(QUICK)
    assert shared_traits(opposite, -opposite) == ()
    assert shared_traits(QUICK, behaviour_vector({})) == ()


def test_at_most_three_traits_are_shown() -> None:
    same = behaviour_vector(measured(response_time_median=1.0, words_per_email=10.0, reply_rate=0.9, open_rate=0.9))
    assert len(shared_traits(same, same)) == 3


@pytest.mark.parametrize(
    ("won", "lost", "expected"),
    [(1, 0, 0.6), (0, 1, 0.4), (16, 0, 0.9), (2, 2, 0.5)],
)
def test_a_win_rate_is_drawn_to_the_base_rate_as_if_by_four_more_deals(won: int, lost: int, expected: float) -> None:
    assert shrunk_win_rate(won, lost, base_won=20, base_closed=40) == pytest.approx(expected)


def test_without_closed_deals_there_is_no_win_rate() -> None:
    assert shrunk_win_rate(0, 0, base_won=20, base_closed=40) is None
    assert shrunk_win_rate(1, 0, base_won=0, base_closed=0) is None


def test_neighbours_are_described_in_their_order_with_what_they_share_and_how_their_deals_went() -> None:
    near = Neighbour(Contact(2, "c-2", "Ana Ruiz", company="Contoso"), 0.9, QUICK, won=1, lost=0)
    far = Neighbour(Contact(3, "c-3", "Max Bauer"), 0.4, SLOW, won=0, lost=0)
    assert describe_neighbours(Neighbours((near, far), base_won=20, base_closed=40), QUICK) == (
        SimilarContact(
            "c-2",
            "Ana Ruiz",
            "Contoso",
            0.9,
            ("both answer within hours", "both write short mails", "both write rather than call"),
            won=1,
            lost=0,
            win_rate=pytest.approx(0.6),
        ),
        SimilarContact("c-3", "Max Bauer", None, 0.4, ("they write about the same things",)),
    )
