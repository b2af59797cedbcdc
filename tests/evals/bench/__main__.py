"""Writes a benchmark folder, or scores personas against one: `python -m tests.evals.bench FOLDER ...`."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from tests.evals.bench.folder import generate
from tests.evals.scoring import score


def main() -> None:
    """Parses the command line; prints what was done."""
    parser = argparse.ArgumentParser(prog="python -m tests.evals.bench", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int, default=24)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--score", type=Path, metavar="PERSONAS.json")
    asked = parser.parse_args()
    if asked.score is None:
        truth = generate(asked.folder, people=asked.people, seed=asked.seed)
        print(f"{len(truth['contacts'])} people in {asked.folder}, seed {asked.seed}")
    else:
        truth = json.loads((asked.folder / "truth.json").read_text("utf-8"))
        print(json.dumps(asdict(score(truth, json.loads(asked.score.read_text("utf-8")))), indent=1))


if __name__ == "__main__":
    main()
