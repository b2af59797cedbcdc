"""Two claims agree when they rest on the same passage or figure; a folder written otherwise stays the same folder."""

import csv
from pathlib import Path
from typing import Any

import pytest

from tests.evals.bench.folder import generate
from tests.evals.stability import Agreement, agree, agreement
from tests.evals.variants import half, reformatted, shuffled


def claim(text: str, quote: str = "we lost the whole of Tuesday", interaction: str | None = "m1", **more: Any) -> Any:
    return {"text": text, "evidence": [{"interaction_id": interaction, "quote": quote, "metric": None, **more}]}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (claim("Lost a day"), claim("A day was lost"), True),
        (claim("Lost a day"), claim("Lost a day there", quote="Tuesday’s another matter altogether"), False),
        (claim("Lost a day"), claim("A day was lost", interaction="m2"), False),
        (claim("Shop’s shut", "the shop’s shut on Mondays"), claim("Closed", "the shop's shut on Mondays"), True),
        (claim("Writes short emails of about 23 words"), claim("Writes short emails of about 31 words", "x"), True),
        (claim("Slow", "2 h", None, metric="response_time_median"), claim("x", "3 h", None, metric="open_rate"), False),
        (claim("Slow", "2 h", None, metric="open_rate"), claim("Opens", "40 %", None, metric="open_rate"), True),
    ],
)
def test_claims_agree_by_what_they_rest_on(one: Any, other: Any, same: bool) -> None:
    assert agree(one, other) is same


def test_a_claim_without_room_in_a_full_facet_is_neither_borne_out_nor_gone() -> None:
    full = [claim(f"Claim number {letter}", quote=letter * 20) for letter in "abcde"]
    ones = [{"contact_id": "c", "facets": {"avoid": [claim("Nobody says this")], "pain_points": [full[0]]}}]
    others = [{"contact_id": "c", "facets": {"avoid": full, "pain_points": [full[0]]}}]
    assert agreement(ones, others) == Agreement(claims=2, agreed=1, crowded=1)
    assert agreement(ones, []) == Agreement(claims=2, agreed=0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    generate(tmp_path / "crm", people=8, seed=1)
    return tmp_path / "crm"


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_shuffled_rows_are_the_same_rows_in_another_order(folder: Path, tmp_path: Path) -> None:
    mixed = rows(shuffled(folder, tmp_path / "mixed", seed=1), "emails")
    assert mixed != rows(folder, "emails")
    assert sorted(map(str, mixed)) == sorted(map(str, rows(folder, "emails")))


def test_reformatted_mail_has_the_same_words(folder: Path, tmp_path: Path) -> None:
    sent, again = rows(folder, "emails"), rows(reformatted(folder, tmp_path / "again"), "emails")
    assert [m["body"] for m in sent] != [m["body"] for m in again]
    assert [m["body"].split() for m in sent] == [m["body"].replace("’", "'").split() for m in again]


def test_two_halves_share_no_thread_and_lose_none(folder: Path, tmp_path: Path) -> None:
    halves = [rows(half(folder, tmp_path / f"half{which}", which=which), "emails") for which in (0, 1)]
    threads = [{mail["thread_id"] for mail in mails} for mails in halves]
    assert threads[0] & threads[1] == set()
    assert threads[0] | threads[1] == {mail["thread_id"] for mail in rows(folder, "emails")}
    assert min(map(len, threads)) > 0
