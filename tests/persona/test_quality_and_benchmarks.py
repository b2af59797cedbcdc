"""The data quality score by its formula, and which benchmark a contact is held against."""

import math
from datetime import datetime, timedelta

import pytest

from persona.benchmarks import compare, segment_of
from persona.insights import build_insights
from persona.model import Benchmark, Comparison, Deal, Direction, Insights, Kind, Metric, Month, Outcome
from tests.persona.histories import NOW, ago, history, received, row, sent


def insights(*interactions: object, deals: tuple[Deal, ...] = ()) -> Insights:
    return build_insights(history(*interactions, deals=deals), now=NOW, benchmarks=[])  # type: ignore[arg-type]


def points(found: Insights) -> dict[str, float]:
    return {part.name: round(part.points, 3) for part in found.quality.parts}


def test_nothing_scores_nothing() -> None:
    assert insights().quality.score == 0


def test_the_score_follows_its_formula() -> None:
    mails = [sent(ago(days=30 + i), f"t{i}", tracked=i < 3) for i in range(4)]
    replies = [received(ago(days=30 + i) + timedelta(hours=2), f"t{i}") for i in range(4)]
    found = insights(*mails, *replies, deals=(Deal("d", "d", Outcome.OPEN, ago(days=50)),))
    assert points(found) == {
        "volume": round(50 * math.log(9) / math.log(51), 3),
        "email engagement": 15.0,
        "deal history": 10.0,
        "patterns": 2.0,
    }
    assert found.metrics["data_quality"].value == found.quality.score


def test_any_tracking_is_worth_half_of_what_full_tracking_is() -> None:
    mails = [sent(ago(days=i), f"t{i}", tracked=i == 1) for i in range(1, 21)]
    assert points(insights(*mails))["email engagement"] == 10.0


@pytest.mark.parametrize("closed_at", [ago(days=5), None])
def test_a_closed_deal_fills_the_deal_history(closed_at: datetime | None) -> None:
    deal = Deal("d", "d", Outcome.WON, ago(days=50), closed_at=closed_at)
    assert points(insights(deals=(deal,)))["deal history"] == 20.0


def test_the_advice_is_what_would_raise_the_score_most() -> None:
    mails = [sent(ago(days=i), f"t{i}") for i in range(1, 61)]
    quality = insights(*mails).quality
    deal = "log a deal with this contact, and how it ended"
    assert (quality.best_advice, quality.score_after) == (deal, quality.score + 20)


def test_the_advice_is_the_best_step_not_the_emptiest_part() -> None:
    mails = [sent(ago(days=i), f"t{i}") for i in range(1, 6)]
    quality = insights(*mails).quality
    missing = {part.name: part.possible - part.points for part in quality.parts}
    assert max(missing, key=lambda name: missing[name]) == "volume"
    assert (quality.best_advice, quality.score_after) == (
        "log a deal with this contact, and how it ended",
        quality.score + 20,
    )


def test_tracking_promises_what_the_next_ten_mails_bring() -> None:
    mails = [sent(ago(days=i), f"t{i}", tracked=False) for i in range(1, 31)]
    replies = [received(ago(days=i, hours=-1), f"t{i}") for i in range(1, 31)]
    won = Deal("d", "d", Outcome.WON, ago(days=50), closed_at=ago(days=5))
    quality = insights(*mails, *replies, deals=(won,)).quality
    advice = "track our next 10 emails (0 of 30 are so far)"
    assert (quality.best_advice, quality.score_after) == (advice, quality.score + 10)


def test_a_pattern_that_more_rows_need_not_bring_is_no_advice() -> None:
    """Twelve of sixty answered: the median lies beyond what anyone answered, however many more we send."""
    mails = [sent(ago(days=i), f"t{i}") for i in range(40, 100)]
    replies = [received(ago(days=i, hours=-1), f"t{i}") for i in range(40, 52)]
    quality = insights(*mails, *replies, deals=(Deal("d", "d", Outcome.WON, ago(days=50)),)).quality
    (patterns,) = (part for part in quality.parts if part.name == "patterns")
    assert "response time" not in patterns.advice
    assert "content" in patterns.advice


def test_months_without_interactions_are_counted_too() -> None:
    found = insights(row(ago(days=1)), received(ago(days=1)), row(ago(days=400)))
    assert (len(found.months), found.months[0], found.months[-1]) == (
        12,
        Month("2025-12", 0, 0, 0),
        Month("2026-11", inbound=1, outbound=1),
    )
    assert found.kinds == {"call": 2, "email": 1}


def test_a_contact_counts_as_quiet_once_the_silence_is_longer_than_nine_in_ten_gaps() -> None:
    weekly = [received(ago(days=2 + 7 * i), f"t{i}") for i in range(7)]
    assert insights(*weekly).quiet_from == ago(days=2) + timedelta(days=7)
    assert insights(*weekly[:6]).quiet_from is None


def test_the_last_own_action_is_not_ours() -> None:
    found = insights(received(ago(days=9)), row(ago(days=1), Kind.MEETING, Direction.OUTBOUND))
    assert found.last_own_action == ago(days=9)


@pytest.mark.parametrize(
    ("industry", "size", "segment"),
    [
        ("Technology", 18, "technology_small"),
        ("Software", 130, "technology_medium"),
        ("IT services", 2100, "technology_large"),
        ("SaaS", None, "technology_medium"),
        ("Hospitals & Health", 3000, "healthcare"),
        ("Banking", 10, "finance"),
        ("FinTech", 10, "finance"),
        ("Retail", 10, "retail"),
        ("Oil & Gas", 10, "oil_gas"),
        (None, 10, "all"),
        ("  ", 10, "all"),
    ],
)
def test_the_segment_is_read_from_industry_and_size(industry: str | None, size: int | None, segment: str) -> None:
    assert segment_of(industry, size) == segment


def benchmark(kind: str, segment: str = "finance", *, n: int | None = None, year: int = 2026) -> Benchmark:
    return Benchmark("reply_rate", segment, 0.3, 0.2, 0.4, f"{kind} {segment}", kind, year, n)


METRICS = {"reply_rate": Metric("reply_rate", 0.5, "rate", 10, 5)}


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        ([benchmark("starting value"), benchmark("published")], "published finance"),
        ([benchmark("published"), benchmark("workspace", n=8)], "workspace finance"),
        ([benchmark("published"), benchmark("workspace", n=7)], "published finance"),
        ([benchmark("starting value", "all"), benchmark("starting value")], "starting value finance"),
        ([benchmark("published", "retail"), benchmark("starting value", "all")], "starting value all"),
    ],
)
def test_our_own_benchmark_wins_then_a_published_one(offered: list[Benchmark], chosen: str) -> None:
    found = compare(METRICS, offered, segment="finance")["reply_rate"].benchmark
    assert found is not None
    assert found.source == chosen


def test_the_percentile_is_among_all_our_contacts() -> None:
    own = Benchmark(
        "reply_rate",
        "all",
        0.5,
        0.25,
        0.75,
        "our own contacts",
        "workspace",
        2026,
        40,
        tuple(i / 100 for i in range(101)),
    )
    assert compare(METRICS, [own], segment="finance") == {"reply_rate": Comparison("reply_rate", own, 50.0, 40)}


def test_a_metric_without_a_number_is_compared_with_nothing() -> None:
    empty = {"reply_rate": Metric("reply_rate", None, "rate", 2, 5)}
    assert compare(empty, [benchmark("published")], segment="finance") == {}
