"""The benchmark deals the same people from the same seed; its scorer gives what is right and takes what is wrong."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.evals.baselines import keyword_list, longest_sentences
from tests.evals.bench.folder import generate
from tests.evals.scoring import Score, score

PEOPLE, SEED = 12, 3
Truth = dict[str, Any]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("bench")
    generate(made, people=PEOPLE, seed=SEED)
    return made


@pytest.fixture
def truth(folder: Path) -> Truth:
    return dict(json.loads((folder / "truth.json").read_text("utf-8")))


def perfect(truth: Truth) -> list[dict[str, Any]]:
    """Each expected item, quoted."""
    return [
        {
            "contact_id": contact["external_id"],
            "facets": {
                facet: [claim(item["statement"], item["quote"], item["quote_interaction_id"]) for item in items]
                for facet, items in contact["expected"].items()
            },
        }
        for contact in truth["contacts"]
    ]


def claim(text: str, quote: str, interaction_id: str) -> dict[str, Any]:
    return {"text": text, "evidence": [{"interaction_id": interaction_id, "quote": quote, "speaker": "contact"}]}


def test_the_same_seed_deals_the_same_folder_and_another_seed_another(folder: Path, tmp_path: Path) -> None:
    generate(tmp_path / "again", people=PEOPLE, seed=SEED)
    generate(tmp_path / "other", people=PEOPLE, seed=SEED + 1)
    names = sorted(path.name for path in folder.iterdir())
    assert [(tmp_path / "again" / n).read_bytes() for n in names] == [(folder / n).read_bytes() for n in names]
    assert (tmp_path / "other" / "emails.csv").read_bytes() != (folder / "emails.csv").read_bytes()


def test_every_expected_passage_stands_in_the_contact_s_own_words_of_its_mail(truth: Truth) -> None:
    absent = [
        item["id"]
        for contact in truth["contacts"]
        for items in contact["expected"].values()
        for item in items
        if item["quote"] not in contact["own_text"][item["quote_interaction_id"]]
    ]
    assert absent == []


def test_a_perfect_persona_scores_all_and_silence_nothing_but_restraint(truth: Truth) -> None:
    good, silent = score(truth, perfect(truth)), score(truth, [])
    assert (good.recall, good.precision, good.attribution, good.forbidden, good.abstention) == (1, 1, 1, {}, 1)
    assert (silent.recall, silent.claims, silent.forbidden, silent.abstention) == (0, 0, {}, 1)


def first(truth: Truth) -> Truth:
    return next(contact for contact in truth["contacts"] if contact["expected"])


def saying(truth: Truth, change: Callable[[Truth, dict[str, Any]], None]) -> Score:
    """The score of the perfect personas with one thing changed for the first who says anything."""
    personas = perfect(truth)
    contact = first(truth)
    change(contact, next(p["facets"] for p in personas if p["contact_id"] == contact["external_id"]))
    return score(truth, personas)


def test_an_item_cited_from_another_mail_is_not_found(truth: Truth) -> None:
    def cite_elsewhere(_: Truth, facets: dict[str, Any]) -> None:
        facets["pain_points"][0]["evidence"][0]["interaction_id"] = "nowhere"

    found = saying(truth, cite_elsewhere)
    assert (found.recall < 1, found.precision < 1, found.attribution < 1) == (True, True, True)


@pytest.mark.parametrize("kind", ["quoted_other", "sensitive", "injection", "rep_words", "superseded", "same_name"])
def test_what_is_forbidden_is_seen_when_a_claim_quotes_it(truth: Truth, kind: str) -> None:
    contact, trap = next((c, t) for c in truth["contacts"] for t in c["forbidden"] if t["kind"] == kind)
    persona = {"contact_id": contact["external_id"], "facets": {"pain_points": [claim("x", trap["trap_quote"], "m")]}}
    found = score(truth, [persona])
    assert (found.forbidden, found.precision) == ({kind: 1}, 0)


def test_a_facet_to_abstain_from_counts_when_anything_is_said_in_it(truth: Truth) -> None:
    thin = next(contact for contact in truth["contacts"] if contact["abstain"])
    persona = {"contact_id": thin["external_id"], "facets": {"pain_points": [claim("Is busy", "busy", "m")]}}
    empty = sum(len(contact["abstain"]) for contact in truth["contacts"])
    assert score(truth, [persona]).abstention == pytest.approx(1 - 1 / empty)


def test_the_baselines_fall_into_the_traps_they_do_not_look_for(folder: Path, truth: Truth) -> None:
    trivial, keywords = score(truth, longest_sentences(folder)), score(truth, keyword_list(folder))
    assert trivial.abstention < 1
    assert trivial.attribution < 1
    assert set(keywords.forbidden) & {"injection", "quoted_other", "rep_words"}
