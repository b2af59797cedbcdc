"""The parts of the quality table, each measured on folders it is given; what can't be measured says why."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tests.evals.baselines import keyword_list, longest_sentences
from tests.evals.cost import measure_cost
from tests.evals.coverage import measure_recovery
from tests.evals.exact import compare
from tests.evals.harness import Run, read_truth, run_double, run_model, run_rules
from tests.evals.lies.cases import ANOTHER, FRESH6, HALVES, LATER, TUNED2, UNSEEN, read_half
from tests.evals.lies.verdicts import judge
from tests.evals.report import Row, at_least, at_most, between, noted, shown
from tests.evals.retrieval import by_hashing, by_tfidf, measure_retrieval, ours
from tests.evals.scoring import Score, score
from tests.evals.stability import Agreement, agreement
from tests.evals.variants import half, reformatted, shuffled

_SHOWN_SCORE: Final = ("quote_validity", "precision", "strict_precision", "recall", "recall_any_facet", "abstention")


def corpus(name: str, folder: Path, run: Run, scorer: Path, *, work: Path) -> Iterator[Row]:
    """A written corpus by its own scorer, or by ours where that isn't at hand."""
    truth = read_truth(folder)
    if not scorer.is_file():
        yield noted(name, "its own scorer", f"not at hand ({scorer}); ours instead")
        yield from _ours(name, score(truth, run.documents))
        return
    personas = work / f"{folder.name}.json"
    personas.write_text(json.dumps(run.documents), encoding="utf-8")
    command = [sys.executable, str(scorer), str(folder / "truth.json"), str(personas), "--json"]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    appeared = {kind: hits for kind, (hits, _) in found["forbidden"].items() if hits}
    yield at_least(name, "quote validity", found["quote_validity"], 1)
    yield at_most(name, f"forbidden items{_listed(appeared)}", sum(appeared.values()), 0)
    yield at_least(name, "precision", found["precision"], 0.9)
    yield noted(name, "strict precision", shown(found["strict_precision"]))
    yield at_least(name, f"recall of {found['expected']} items", found["recall"], 0.4)
    yield noted(name, "recall in any facet", shown(found["recall_any_facet"]))
    yield at_least(name, "abstention", found["abstention"], 1)
    yield noted(name, "the scorer's total", shown(found["total"]))
    figures = compare(truth, run.documents)
    if figures:
        yield at_least(name, f"exact figures, {len(figures)}", sum(same for *_, same in figures) / len(figures), 0.99)


def bench(folder: Path, run: Run) -> Iterator[Row]:
    """SalesPersonaBench: ours in full, and each writer's recall, precision, attribution and forbidden items."""
    part, truth = "SalesPersonaBench", read_truth(folder)
    yield from _ours(part, score(truth, run.documents))
    figures = compare(truth, run.documents)
    yield at_least(part, f"exact figures, {len(figures)}", sum(same for *_, same in figures) / len(figures), 1)
    table = "SalesPersonaBench: writers side by side"
    others = {
        "trivial: longest sentences": longest_sentences(folder),
        "keyword list": keyword_list(folder),
        "rules": run.documents,
        "double: a scripted model that quotes and understands nothing": run_double(folder),
    }
    for writer, personas in others.items():
        yield noted(table, writer, _in_short(score(truth, personas)))
    model = run_model(folder)
    told = (
        "skipped: neither OPENAI_API_KEY nor OPENAI_BASE_URL is set" if model is None else _model_in_short(truth, model)
    )
    yield noted(table, "model", told)


def coverage(people: int, *, seed: int) -> Iterator[Row]:
    """The metrics with intervals over simulated people."""
    part = f"Metrics over {people:,} people each whose law is known"
    for found in measure_recovery(people, seed=seed):
        off = "" if found.error != found.error else f", median error {found.error:.0%}"
        yield between(part, f"coverage of {found.name}{off}", found.coverage, 0.88, 0.92)


def stability(folders: dict[Path, Run], *, work: Path) -> Iterator[Row]:
    """The same folders again, in other order, in other format, and by half, each beside the first run."""
    part = "Stability, agreement of claims"
    changes = {
        "re-run": lambda folder, _: folder,
        "shuffled rows": lambda folder, out: shuffled(folder, out, seed=1),
        "re-formatted mail": reformatted,
    }
    for place, (name, change) in enumerate(changes.items()):
        pairs = [
            (run_rules(change(folder, work / f"{place}-{folder.name}")).documents, base.documents)
            for folder, base in folders.items()
        ]
        there, back = (_together([agreement(*pair[::step]) for pair in pairs]) for step in (1, -1))
        yield at_least(part, f"{name}, {there.claims} claims", min(there.share, back.share), 1)
    halves = [
        agreement(run_rules(half(folder, work / f"half{which}-{folder.name}", which=which)).documents, base.documents)
        for folder, base in folders.items()
        for which in (0, 1)
    ]
    told = _together(halves)
    crowded = f", {told.crowded} more had no room in a full facet" if told.crowded else ""
    what = f"from half the threads, borne out by all of them, {told.claims} claims{crowded}"
    yield at_least(part, what, told.share, 0.9)


def retrieval(folders: dict[Path, Run]) -> Iterator[Row]:
    """Recall and precision of the first five passages of each facet, beside two baselines."""
    part = "Retrieval: recall@5 / P@5 per facet, all facets together"
    for folder, run in folders.items():
        truth = read_truth(folder)
        rankings = {"ours": ours(run.briefs), "hashing": by_hashing(folder), "TF-IDF": by_tfidf(folder)}
        found = {name: measure_retrieval(truth, ranking) for name, ranking in rankings.items()}
        best = max(found["hashing"].recall, found["TF-IDF"].recall)
        for name, measured in found.items():
            told = f"{measured.recall:.3f} / {measured.precision:.3f}"
            if name == "ours":
                yield Row(part, f"{folder.name}: {name}", f"> {best:.3f}", told, holds=measured.recall > best)
            else:
                yield noted(part, f"{folder.name}: {name}", told)
        facets = ", ".join(f"{facet} {r:.2f}/{p:.2f}" for facet, (r, p) in found["ours"].by_facet.items())
        yield noted(part, f"{folder.name}: ours by facet", facets)


def lies() -> Iterator[Row]:
    """Planted lies and true claims that pass the evidence check, set by set.

    A test holds the first two; what the others pass is nearer to what the next hand's claims will.
    """
    part = "Evidence check: a bad model's lies, and true claims"
    for name in (*HALVES, UNSEEN, LATER, TUNED2, ANOTHER, FRESH6):
        verdicts = judge(read_half(name))
        true = [verdict.passed for verdict in verdicts if verdict.case.kind == "true"]
        planted = [verdict.passed for verdict in verdicts if verdict.case.kind != "true"]
        yield at_most(part, f"{name}: of {len(planted):,} lies pass", sum(planted), 0)
        yield at_least(part, f"{name}: of {len(true)} true claims pass", sum(true) / len(true), 0.95)


def cost(runs: list[Run]) -> Iterator[Row]:
    """Tokens and dollars of the requests the briefs would make, and the rules' time."""
    part = "Cost and time of a persona"
    found = measure_cost(brief for run in runs for brief in run.briefs.values())
    yield at_most(part, "input tokens at most, schema included", found.most_tokens, 2000)
    yield noted(part, "input tokens in the middle", shown(found.middle_tokens))
    yield at_most(part, "US dollars at most with gpt-4o-mini and 700 output tokens", found.most_usd, 0.001)
    seconds = max(second for run in runs for second in run.seconds)
    yield at_most(part, "milliseconds of the rules writer at most, in these corpora", round(seconds * 1000), 300)


def _ours(part: str, found: Score) -> Iterator[Row]:
    forbidden = f"forbidden items of {sum(found.forbidden_of.values())}{_listed(found.forbidden)}"
    yield at_least(part, "attribution", found.attribution, 1)
    yield at_most(part, forbidden, sum(found.forbidden.values()), 0)
    yield at_least(part, "precision", found.precision, 0.9)
    yield at_least(part, f"recall of {found.expected} items", found.recall, 0.4)
    yield noted(part, "recall in any facet", shown(found.recall_any_facet))
    yield at_least(part, "abstention", found.abstention, 1)


def _in_short(found: Score) -> str:
    return (
        f"recall {found.recall:.2f}, precision {found.precision:.2f}, attribution {found.attribution:.2f}, "
        f"forbidden {sum(found.forbidden.values())}, abstention {found.abstention:.2f}"
    )


def _model_in_short(truth: dict[str, Any], personas: list[dict[str, Any]]) -> str:
    fallen = sum(bool((persona.get("written_by") or {}).get("fallback")) for persona in personas)
    return _in_short(score(truth, personas)) + (f"; {fallen} of {len(personas)} fell back to rules" if fallen else "")


def _listed(appeared: object) -> str:
    kinds = dict(appeared) if isinstance(appeared, dict) else {}
    return f" ({', '.join(f'{kind} {n}' for kind, n in kinds.items())})" if kinds else ""


def _together(found: list[Agreement]) -> Agreement:
    return Agreement(sum(a.claims for a in found), sum(a.agreed for a in found), sum(a.crowded for a in found))
