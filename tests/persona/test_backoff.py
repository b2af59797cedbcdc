"""Pauses between tries grow, are jittered, honour the server and end in time."""

from datetime import UTC, datetime

import pytest

from persona.writers.backoff import RetryPolicy, asked_pause

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
POLICY = RetryPolicy(attempts=6, first_pause_s=0.5, longest_pause_s=3.0)


def test_the_longest_jitter_doubles_up_to_a_ceiling_and_ends_with_the_attempts() -> None:
    pauses = [POLICY.pause(n, asked=None, left_s=60, random=lambda: 1.0) for n in range(1, 7)]
    assert pauses == [0.5, 1.0, 2.0, 3.0, 3.0, None]


def test_full_jitter_goes_down_to_nothing() -> None:
    assert POLICY.pause(3, asked=None, left_s=60, random=lambda: 0.0) == 0.0


def test_nobody_comes_back_sooner_than_asked() -> None:
    assert [POLICY.pause(1, asked=7.0, left_s=60, random=lambda share=share: share) for share in (0.0, 1.0)] == [
        7.0,
        7.5,
    ]


@pytest.mark.parametrize("asked", [5.0, 3600.0])
def test_a_pause_longer_than_the_time_left_is_none(asked: float) -> None:
    assert POLICY.pause(1, asked=asked, left_s=5.0, random=lambda: 0.0) is None


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "250", "retry-after": "1"}, 0.25),
        ({"retry-after": "Fri, 20 Nov 2026 12:00:30 GMT"}, 30.0),
        ({"retry-after": "Fri, 20 Nov 2026 11:00:00 GMT"}, 0.0),
        ({"retry-after": "Fri, 20 Nov 2026 12:00:30"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
    ],
)
def test_retry_after_is_read_as_seconds_or_date(headers: dict[str, str], seconds: float | None) -> None:
    assert asked_pause(headers, now=NOW) == seconds
