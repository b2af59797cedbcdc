"""Each metric on an example computed by hand, below and above its minimum n."""

import warnings
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from persona.metrics import measure
from persona.metrics.intervals import Estimate, censored_median, exact_rate_interval, largest_share, pace, rate
from persona.model import Deal, Direction, EmailEvent, EventType, Kind, Metric, Outcome, StageChange
from tests.persona.histories import NOW, ago, history, received, row, sent

NAMES = {
    "total_interactions",
    "interactions_90d",
    "engagement_rate",
    "reply_rate",
    "click_rate",
    "open_rate",
    "machine_opens",
    "response_time_median",
    "response_time_answered_median",
    "response_time_answered_mean",
    "our_response_time_median",
    "interactions_per_30d",
    "frequency_trend",
    "preferred_time",
    "preferred_channel",
    "decision_days",
    "conversion_rate",
    "stages_per_30d",
    "days_in_stage",
    "files_shared",
    "file_open_rate",
    "meetings_held_rate",
    "calls_completed_rate",
    "going_quiet_days",
}


def value(metric: Metric) -> float | str | None:
    return round(metric.value, 4) if isinstance(metric.value, float) else metric.value


def test_an_empty_history_has_every_metric_and_no_number() -> None:
    metrics = measure(history(), now=NOW)
    assert set(metrics) == NAMES
    assert {name: m.value for name, m in metrics.items() if m.enough} == {}


def test_what_happens_later_does_not_count() -> None:
    metrics = measure(history(row(ago(days=1)), row(ago(days=-1))), now=NOW)
    assert metrics["total_interactions"].value == 1


def test_frequency_is_counted_over_the_active_span() -> None:
    metrics = measure(history(*(row(ago(days=d)) for d in (100, 80, 60, 20, 10))), now=NOW)
    assert value(metrics["interactions_per_30d"]) == round(5 / 90 * 30, 4)
    assert (metrics["interactions_90d"].value, metrics["frequency_trend"].value) == (4, 4.0)


def test_engagement_counts_human_replies_clicks_and_opens_of_tracked_mail() -> None:
    opened = EmailEvent(EventType.OPEN, ago(days=1))
    swept = EmailEvent(EventType.OPEN, ago(days=1), machine=True)
    clicked = EmailEvent(EventType.CLICK, ago(days=1))
    mails = [
        sent(ago(days=9), "a", events=(opened,)),
        sent(ago(days=8), "b", events=(swept, swept)),
        sent(ago(days=7), "c", events=(opened, clicked)),
        sent(ago(days=6), "d"),
        received(ago(days=5), "d"),
        sent(ago(days=5), "e"),
        sent(ago(days=4), "f", tracked=False, events=(opened,)),
    ]
    metrics = measure(history(*mails), now=NOW)
    rates = {name: value(metrics[name]) for name in ("engagement_rate", "reply_rate", "click_rate", "open_rate")}
    assert rates == {"engagement_rate": 0.6, "reply_rate": 0.2, "click_rate": 0.2, "open_rate": 0.4}
    assert (metrics["machine_opens"].value, metrics["engagement_rate"].n) == (2, 5)
    below = measure(history(*mails[:3]), now=NOW)["engagement_rate"]
    assert (below.value, below.n, below.min_n) == (None, 3, 5)


def test_three_reminders_and_one_reply_are_one_replied_mail() -> None:
    mails = [sent(ago(days=d), "a", id=f"m{d}") for d in (9, 8, 7)]
    others = [sent(ago(days=d), f"t{d}") for d in (6, 5)]
    metrics = measure(history(*mails, received(ago(days=6), "a"), *others), now=NOW)
    assert value(metrics["reply_rate"]) == 0.2


def test_unanswered_mail_counts_as_still_waiting() -> None:
    answered = [sent(ago(days=20 + i), f"t{i}") for i in range(3)]
    replies = [received(ago(days=20 + i) + timedelta(hours=h), f"t{i}") for i, h in enumerate((2, 4, 6))]
    silent = [sent(ago(days=40), "x"), sent(ago(days=1), "y")]
    metrics = measure(history(*answered, *replies, *silent), now=NOW)
    assert (metrics["response_time_median"].value, metrics["response_time_median"].n) == (6.0, 5)
    assert metrics["response_time_answered_median"].value is None
    assert metrics["response_time_answered_median"].n == 3


def test_an_out_of_office_answer_is_no_answer() -> None:
    mails = [sent(ago(days=20 + i), f"t{i}") for i in range(5)]
    away = [received(ago(days=20 + i) + timedelta(minutes=1), f"t{i}", auto_reply=True) for i in range(5)]
    metrics = measure(history(*mails, *away), now=NOW)
    assert metrics["response_time_median"].value is None
    assert metrics["reply_rate"].value == 0.0
    assert metrics["preferred_channel"].n == 0


def test_an_answer_after_thirty_days_comes_too_late() -> None:
    mails = [sent(ago(days=90 + i), f"t{i}") for i in range(5)]
    late = [received(ago(days=59 + i), f"t{i}") for i in range(5)]
    assert measure(history(*mails, *late), now=NOW)["response_time_median"].value is None


def test_hours_of_day_are_the_contacts() -> None:
    monday_eight_in_chicago = datetime(2026, 6, 1, 13, 30, tzinfo=UTC)
    mails = [received(monday_eight_in_chicago + timedelta(weeks=w), f"t{w}") for w in range(8)]
    found = measure(history(*mails, zone="America/Chicago", zone_source="contact"), now=NOW)["preferred_time"]
    assert (found.value, found.n) == ("Mon 08:00-10:00", 8)
    assert "America/Chicago, the contact's" in found.note
    few = measure(history(*mails[:7], zone="America/Chicago"), now=NOW)["preferred_time"]
    assert (few.value, few.n, few.min_n) == (None, 7, 8)


def test_two_actions_of_eight_in_one_window_are_chance_and_three_are_not() -> None:
    monday, hours = datetime(2026, 6, 1, 8, 30, tzinfo=UTC), timedelta(hours=26)
    once = [received(monday + i * hours, f"t{i}") for i in range(8)]
    again = [received(monday + timedelta(weeks=w), f"w{w}") for w in (1, 2)]
    twice = measure(history(*once[:7], again[0]), now=NOW)["preferred_time"]
    assert (twice.value, twice.n) == (None, 8)
    assert twice.note.startswith("no window stands out")
    assert measure(history(*once[:6], *again), now=NOW)["preferred_time"].value == "Mon 08:00-10:00"


def test_a_file_sent_with_a_mail_is_one_action_with_it() -> None:
    mails = [received(ago(days=60 + 7 * i), f"t{i}", id=f"m{i}") for i in range(7)]
    file = row(ago(days=60), Kind.FILE, Direction.INBOUND, email_id="m0")
    metrics = measure(history(*mails, file), now=NOW)
    assert (metrics["going_quiet_days"].n, metrics["preferred_channel"].n) == (6, 7)
    assert metrics["total_interactions"].value == 8


def test_each_of_several_mails_waits_for_the_same_answer() -> None:
    mails = [sent(ago(hours=100 + h), "a", id=f"m{h}") for h in range(5)]
    metrics = measure(history(*mails, received(ago(hours=98), "a")), now=NOW)
    assert [metrics[f"response_time_{name}"].value for name in ("median", "answered_mean")] == [4.0, 4.0]


def test_actions_spread_over_the_week_prefer_no_time() -> None:
    start = datetime(2026, 6, 1, 0, 30, tzinfo=UTC)
    spread = [received(start + timedelta(hours=19 * i), f"t{i}") for i in range(40)]
    assert measure(history(*spread), now=NOW)["preferred_time"].value is None


def test_the_preferred_channel_is_the_one_the_contact_uses_most() -> None:
    calls = [row(ago(days=i), Kind.CALL, Direction.INBOUND) for i in range(4)]
    found = measure(history(*calls, received(ago(days=9)), sent(ago(days=10))), now=NOW)["preferred_channel"]
    assert (found.value, found.n, round(found.low or 0, 2)) == ("call", 5, 0.38)
    assert found.note == "call 80%, email 20%; 4 of 5 actions; answers 1 of 1 emails"


def deal(name: str, created: float, closed: float | None, outcome: Outcome, *stages: tuple[str, int, float]) -> Deal:
    return Deal(
        deal_id=name,
        name=name,
        outcome=outcome,
        created_at=ago(days=created),
        closed_at=None if closed is None else ago(days=closed),
        stages=tuple(StageChange(stage, position, ago(days=entered)) for stage, position, entered in stages),
    )


def test_deals_are_decided_won_and_moved() -> None:
    deals = (
        deal("a", 300, 240, Outcome.WON),
        deal("b", 200, 110, Outcome.WON),
        deal("c", 150, 120, Outcome.LOST),
        deal("d", 60, None, Outcome.OPEN, ("Discovery", 1, 60), ("Demo", 2, 40), ("Pilot", 3, 20)),
    )
    metrics = measure(history(deals=deals, stage_medians={"Pilot": 14.0}), now=NOW)
    assert {n: value(metrics[n]) for n in ("decision_days", "conversion_rate", "stages_per_30d", "days_in_stage")} == {
        "decision_days": 60.0,
        "conversion_rate": 0.6667,
        "stages_per_30d": 1.0,
        "days_in_stage": 20.0,
    }
    assert metrics["days_in_stage"].note == "d in Pilot, 14 days are usual"
    assert metrics["decision_days"].note == (
        "3 decided, 1 open counted as still waiting; days in Discovery 20 (n 1), Demo 20 (n 1)"
    )


def test_a_deal_that_nobody_noted_the_end_of_is_won_or_lost_but_has_no_duration() -> None:
    deals = (
        deal("a", 300, 240, Outcome.WON),
        deal("b", 200, 110, Outcome.WON),
        deal("c", 150, None, Outcome.LOST),
        deal("d", 60, None, Outcome.WON),
    )
    metrics = measure(history(deals=deals), now=NOW)
    assert {name: (value(metrics[name]), metrics[name].n) for name in ("conversion_rate", "decision_days")} == {
        "conversion_rate": (0.75, 4),
        "decision_days": (60.0, 2),
    }
    assert metrics["conversion_rate"].note == "3 won, 1 lost, 0 open"


def test_two_closed_deals_are_too_few_for_a_conversion_rate() -> None:
    deals = (deal("a", 300, 240, Outcome.WON), deal("b", 200, 110, Outcome.LOST))
    found = measure(history(deals=deals), now=NOW)["conversion_rate"]
    assert (found.value, found.n, found.min_n) == (None, 2, 3)


def test_a_deal_closed_later_is_open_now() -> None:
    deals = (deal("a", 90, -10, Outcome.WON), deal("b", 80, 20, Outcome.WON), deal("c", 70, 40, Outcome.WON))
    assert measure(history(deals=deals), now=NOW)["conversion_rate"].n == 2


def test_files_meetings_and_calls() -> None:
    rows = [
        *(row(ago(days=i), Kind.FILE, id=f"f{i}", file_opened_at=ago(days=1) if i == 3 else None) for i in (2, 3)),
        row(ago(days=4), Kind.FILE, id="f4", email_id="m1"),
        row(ago(days=4), Kind.FILE, Direction.INBOUND, id="f5"),
        sent(ago(days=4), id="m1", events=(EmailEvent(EventType.CLICK, ago(days=3)),)),
        *(row(ago(days=10 + i), Kind.MEETING, status=s) for i, s in enumerate(("held", "held", "cancelled"))),
        *(row(ago(days=20 + i), status=s) for i, s in enumerate(("completed", "no_answer", "completed", "scheduled"))),
    ]
    metrics = measure(history(*rows), now=NOW)
    names = ("files_shared", "file_open_rate", "meetings_held_rate", "calls_completed_rate")
    assert {n: (value(metrics[n]), metrics[n].n) for n in names} == {
        "files_shared": (4, 4),
        "file_open_rate": (0.6667, 3),
        "meetings_held_rate": (0.6667, 3),
        "calls_completed_rate": (0.6667, 3),
    }


def test_a_contact_is_quiet_beyond_nine_in_ten_of_their_own_gaps() -> None:
    weekly = [received(ago(days=60 + 7 * i), f"t{i}") for i in range(7)]
    found = measure(history(*weekly), now=NOW)["going_quiet_days"]
    assert (found.value, found.n, found.note) == (60.0, 6, "usual gap 7 days, nine in ten under 7; quiet")
    assert measure(history(*weekly[:6]), now=NOW)["going_quiet_days"].value is None


@given(st.integers(0, 300), st.integers(1, 300))
def test_a_rates_interval_is_wilsons(hits: int, n: int) -> None:
    hits = min(hits, n)
    found = rate(hits, n)
    expected = stats.binomtest(hits, n).proportion_ci(0.9, method="wilson")
    assert (found.value, found.low, found.high) == (
        hits / n,
        pytest.approx(expected.low, abs=1e-9),
        pytest.approx(expected.high, abs=1e-9),
    )


@given(st.integers(0, 300), st.integers(1, 300), st.sampled_from([0.9, 0.99, 1 - 0.1 / 84]))
def test_a_rare_shares_interval_is_exact(hits: int, n: int, level: float) -> None:
    hits = min(hits, n)
    expected = stats.binomtest(hits, n).proportion_ci(level, method="exact")
    assert exact_rate_interval(hits, n, level=level) == pytest.approx((expected.low, expected.high), abs=1e-9)


@given(st.lists(st.floats(0.1, 700), min_size=1, max_size=40), st.lists(st.floats(0.1, 700), max_size=40))
def test_a_censored_median_lies_in_its_interval(observed: list[float], censored: list[float]) -> None:
    found = censored_median(observed, censored)
    if found.value is not None:
        assert found.low is None or found.low <= found.value
        assert found.high is None or found.high >= found.value


@given(st.lists(st.integers(1, 30), min_size=1, max_size=40), st.lists(st.integers(1, 30), max_size=40))
def test_a_censored_median_and_its_interval_are_those_of_scipy(observed: list[int], censored: list[int]) -> None:
    survival = stats.ecdf(stats.CensoredData(uncensored=observed, right=censored)).sf
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        bounds = survival.confidence_interval(confidence_level=0.9, method="log-log")
    curves = [curve.probabilities for curve in (survival, bounds.low, bounds.high)]
    reached = [survival.quantiles[curve <= 0.5 + 1e-12] for curve in curves]
    assert censored_median(observed, censored) == Estimate(
        *(float(times[0]) if times.size else None for times in reached)
    )


def test_without_censoring_the_kaplan_meier_median_is_the_middle_one() -> None:
    assert censored_median([5.0, 1.0, 3.0], []).value == 3.0


def test_a_median_that_half_have_not_reached_is_unknown() -> None:
    assert censored_median([1.0], [9.0, 9.0]).value is None


def test_a_pace_s_interval_is_that_of_the_gaps_between_events() -> None:
    low, high = stats.gamma.ppf([0.05, 0.95], 9) / 90
    found = pace(10, 90)
    assert (found.value, found.low, found.high) == pytest.approx((10 / 90, low, high))
    assert pace(1, 0) == Estimate(None, None, None)


@given(st.integers(1, 100).flatmap(lambda n: st.tuples(st.integers(1, n), st.just(n))))
def test_the_largest_share_s_interval_holds_it_and_leaves_one_possible_while_nothing_else_was_seen(
    counts: tuple[int, int],
) -> None:
    hits, n = counts
    found = largest_share(max(hits, n - hits), n, kinds=3)
    assert found.low is not None
    assert found.high is not None
    assert found.low < max(hits, n - hits) / n <= found.high
    assert (found.high == 1) == (max(hits, n - hits) == n)
