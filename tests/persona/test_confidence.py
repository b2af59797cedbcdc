"""How far a claim is to be trusted, and the reason in words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from persona.grounding.confidence import confidence, why
from persona.model import Evidence, Kind, Speaker

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def evidence(n: int, *, days: float, speaker: Speaker = Speaker.CONTACT, kind: Kind = Kind.EMAIL) -> Evidence:
    return Evidence(f"quote {n}", NOW - timedelta(days=days), speaker, interaction_id=f"i{n}", kind=kind)


@pytest.mark.parametrize(
    ("pieces", "against", "expected"),
    [
        ([evidence(1, days=0)], 0, 0.56),
        ([evidence(1, days=180)], 0, 0.28),
        ([evidence(1, days=0, speaker=Speaker.NOTE)], 0, 0.392),
        ([evidence(1, days=0), evidence(2, days=0)], 0, 0.806),
        ([evidence(1, days=0), replace(evidence(1, days=0), quote="other")], 0, 0.56),
        ([evidence(1, days=0)], 1, 0.28),
        ([Evidence("62 %", NOW, Speaker.METRIC, metric="reply_rate")], 0, 0.336),
    ],
)
def test_confidence_grows_with_independent_fresh_own_words(
    pieces: list[Evidence], against: int, expected: float
) -> None:
    assert confidence(pieces, against=against, now=NOW) == pytest.approx(expected, abs=0.001)


def test_the_reason_of_a_confidence_is_said_in_words() -> None:
    pieces = [evidence(1, days=22), evidence(2, days=90), evidence(3, days=100, kind=Kind.CALL)]
    assert why(pieces, against=0, now=NOW) == "two mails and a call, newest 3 weeks ago, nothing against it"
