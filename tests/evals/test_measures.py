"""Retrieval, exact figures and the report: what they count, on examples small enough to check by eye."""

from pathlib import Path

import pytest

from tests.evals.bench.folder import generate
from tests.evals.exact import compare
from tests.evals.report import as_markdown, at_least, at_most, between, noted
from tests.evals.retrieval import by_hashing, by_tfidf, measure_retrieval

TRUTH = {
    "contacts": [
        {
            "external_id": "c",
            "expected": {
                "pain_points": [{"interaction_ids": ["m1"]}, {"interaction_ids": ["m2", "m3"]}],
                "avoid": [{"interaction_ids": ["m9"]}],
            },
            "metrics": {"total": 4, "tracked": 4, "replied": 1, "human_opened": 2, "machine_open_events": 0},
        }
    ]
}


def test_retrieval_counts_items_found_among_the_first_five_and_passages_that_support_any() -> None:
    ranking = {"pain_points": ["m0", "m3", "m0", "m0", "m0", "m1"], "avoid": ["m9", "m8"]}
    found = measure_retrieval(TRUTH, {"c": ranking})
    assert found.by_facet == {"pain_points": (0.5, 0.2), "avoid": (1.0, 0.5)}
    assert (found.recall, found.precision) == pytest.approx((2 / 3, 2 / 7))


def test_the_baselines_rank_every_contact_who_wrote_anything(tmp_path: Path) -> None:
    truth = generate(tmp_path, people=8, seed=1)
    wrote = {contact["external_id"] for contact in truth["contacts"] if contact["expected"]}
    for rankings in (by_hashing(tmp_path), by_tfidf(tmp_path)):
        assert wrote <= set(rankings)
        assert 0 < measure_retrieval(truth, rankings).recall <= 1


def test_figures_agree_to_half_a_percent_and_those_not_shown_are_left_out() -> None:
    shown = {"total_interactions": 4.0, "reply_rate": 0.5, "open_rate": None, "machine_opens": 0.0}
    persona = {"contact_id": "c", "metrics": {name: {"value": value} for name, value in shown.items()}}
    agreed = [("c", "total_interactions", True), ("c", "machine_opens", True), ("c", "reply_rate", False)]
    assert compare(TRUTH, [persona]) == agreed


def test_the_page_says_what_was_missed() -> None:
    rows = [at_least("A", "recall", 0.3, 0.4), at_most("A", "lies", 0, 0), between("B", "held", 0.9, 0.88, 0.92)]
    page = as_markdown(
        [*rows, noted("B", "model", "skipped")], date="1 May", commit="abc", command="make eval", seconds=2
    )
    assert "2 of 3 targets are met, the others marked MISSED" in page
    assert "| recall | ≥ 0.4 | 0.300 | MISSED |" in page
    assert "| model |  | skipped |  |" in page
    assert page.index("## A") < page.index("## B")
