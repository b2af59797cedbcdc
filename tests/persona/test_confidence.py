"""How far a claim is to be trusted, and the reason in words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from persona.grounding.confidence import confidence, why
from persona.model import Evidence, Kind, Speaker

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def evidence(n: int, *, days: float, speaker: Speaker = Speaker.CONTACT, kind: Kind = Kind.EMAIL) -> Evidence:
    return Evidence(f"quote {n}", NOW - timedelta(days=days), speaker, interaction_id=f"i{n}", kind=kind)


def in_thread(n: int, *, days: float) -> Evidence:
    return replace(evidence(n, days=days), thread_id="t1")


@pytest.mark.parametrize(
    ("pieces", "against", "expected"),
    [
        ([evidence(1, days=0)], [], 0.56),
        ([evidence(1, days=180)], [], 0.28),
        ([evidence(1, days=0, speaker=Speaker.NOTE)], [], 0.392),
        ([evidence(1, days=0), evidence(2, days=0)], [], 0.806),
        ([evidence(1, days=0), replace(evidence(1, days=0), quote="other")], [], 0.56),
        ([in_thread(1, days=0), in_thread(2, days=180)], [], 0.56),
        ([in_thread(2, days=180), in_thread(1, days=0)], [], 0.56),
        ([evidence(1, days=0)], [evidence(2, days=0)], 0.28),
        ([evidence(1, days=0)], [evidence(2, days=180)], 0.373),
        ([evidence(1, days=0)], [in_thread(2, days=0), in_thread(3, days=0)], 0.28),
        ([Evidence("62 %", NOW, Speaker.METRIC, metric="reply_rate")], [], 0.336),
    ],
)
def test_confidence_grows_with_independent_fresh_own_words(
    pieces: list[Evidence], against: list[Evidence], expected: float
) -> None:
    assert confidence(pieces, against=against, now=NOW) == pytest.approx(expected, abs=0.001)


def test_the_reason_of_a_confidence_is_said_in_words() -> None:
    pieces = [evidence(1, days=22), evidence(2, days=90), evidence(3, days=100, kind=Kind.CALL)]
    assert why(pieces, against=(), now=NOW) == "two mails and a call, newest 3 weeks ago, nothing against it"


def test_more_fresher_and_better_evidence_never_lowers_a_confidence_and_more_against_never_raises_it() -> None:
    for days in (0, 30, 200, 900):
        for speaker in (Speaker.CONTACT, Speaker.NOTE):
            one = [evidence(1, days=days, speaker=speaker)]
            sure = confidence(one, now=NOW)
            better = [
                [*one, evidence(2, days=400, speaker=Speaker.NOTE)],
                [evidence(1, days=days / 2, speaker=speaker)],
                [evidence(1, days=days)],
            ]
            assert [confidence(pieces, now=NOW) >= sure for pieces in better] == [True, True, True]
            contrary = [evidence(n, days=50) for n in range(10, 14)]
            falling = [confidence(one, against=contrary[:n], now=NOW) for n in range(5)]
            assert falling == sorted(falling, reverse=True)


def test_what_stands_against_a_claim_is_counted_in_words() -> None:
    contrary = [evidence(8, days=3), evidence(9, days=4)]
    assert why([evidence(1, days=3)], against=contrary[:1], now=NOW) == "a mail, 3 days ago, one against it"
    assert why([evidence(1, days=3)], against=contrary, now=NOW) == "a mail, 3 days ago, two against it"
