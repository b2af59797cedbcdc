"""What recurs is due once a period, in every zone and through every change of its clocks."""

import itertools
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from persona.schedule import Hourly, Monthly, Nightly, Period, Rule, Weekly, latest_due

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu")
TIMES = st.builds(time, st.integers(0, 23), st.integers(0, 59))
RULES: st.SearchStrategy[Rule] = st.one_of(
    st.builds(Monthly, st.integers(1, 28), TIMES),
    st.builds(Weekly, st.integers(0, 6), TIMES),
    st.builds(Nightly, TIMES),
    st.builds(Hourly, st.integers(0, 59)),
)


@pytest.mark.parametrize(
    ("rule", "zone", "now", "expected"),
    [
        (Monthly(1, time(3)), "UTC", "2026-11-01T02:59:59+00:00", ("2026-10", "2026-10-01T03:00:00+00:00")),
        (Monthly(1, time(3)), "UTC", "2026-11-01T03:00:00+00:00", ("2026-11", "2026-11-01T03:00:00+00:00")),
        (Weekly(0, time(9)), "Europe/Berlin", "2026-11-23T08:30:00+00:00", ("2026-W48", "2026-11-23T08:00:00+00:00")),
        (Weekly(4, time(9)), "Europe/Berlin", "2027-01-01T07:00:00+00:00", ("2026-W52", "2026-12-25T08:00:00+00:00")),
        (Hourly(7), "Asia/Kathmandu", "2026-11-23T08:06:00+00:00", ("2026-11-23T07Z", "2026-11-23T07:07:00+00:00")),
        # 02:30 is not there on 29 March, and there twice on 25 October
        (
            Nightly(time(2, 30)),
            "Europe/Berlin",
            "2026-03-29T01:29:00+00:00",
            ("2026-03-28", "2026-03-28T01:30:00+00:00"),
        ),
        (
            Nightly(time(2, 30)),
            "Europe/Berlin",
            "2026-03-29T01:30:00+00:00",
            ("2026-03-29", "2026-03-29T01:30:00+00:00"),
        ),
        (
            Nightly(time(2, 30)),
            "Europe/Berlin",
            "2026-10-25T01:45:00+00:00",
            ("2026-10-25", "2026-10-25T00:30:00+00:00"),
        ),
        (Nightly(time(3)), "Nowhere/At_All", "2026-11-23T02:00:00+00:00", ("2026-11-22", "2026-11-22T03:00:00+00:00")),
    ],
)
def test_the_newest_period_that_is_due(rule: Rule, zone: str, now: str, expected: tuple[str, str]) -> None:
    name, due_at = expected
    assert latest_due(rule, datetime.fromisoformat(now), zone) == Period(name, datetime.fromisoformat(due_at))


@settings(max_examples=60, deadline=None)
@given(rule=RULES, zone=st.sampled_from(ZONES), days=st.floats(0, 7_000))
def test_as_time_passes_no_period_comes_back_and_none_is_left_out(rule: Rule, zone: str, days: float) -> None:
    """Looked at every 20 minutes for four days, two months for the longer ones, the way a clock does."""
    far = isinstance(rule, Monthly | Weekly)
    step, steps = (timedelta(hours=7), 210) if far else (timedelta(minutes=20), 288)
    now = datetime(2011, 1, 1, tzinfo=UTC) + timedelta(days=days)
    seen = [latest_due(rule, now, zone)]
    for _ in range(steps):
        now += step
        period = latest_due(rule, now, zone)
        assert period.due_at <= now
        if period != seen[-1]:
            seen.append(period)
    assert len({period.name for period in seen}) == len(seen)
    gaps = [after.due_at - before.due_at for before, after in itertools.pairwise(seen)]
    usual = {Monthly: 31.1, Weekly: 7.1, Nightly: 2.0, Hourly: 1 / 24}[type(rule)]
    assert all(timedelta() < gap <= timedelta(days=usual) for gap in gaps)
