"""`make demo` in a fresh clone, twice: `python -m tests.bench.bench_demo`. The first finds pip's cache as it is."""

import os
import subprocess
import tempfile
from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[2]
TARGETS_S = {"first": 60, "second": 10}


def timed_demo(clone: Path, home: Path) -> float:
    """Seconds of one `make demo`; raises CalledProcessError when it fails."""
    environment = {**os.environ, "PERSONA_HOME": str(home)}
    started = perf_counter()
    subprocess.run(["make", "demo"], cwd=clone, env=environment, check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - started


def main() -> None:
    """Prints the table."""
    table = Table(title="make demo in a fresh clone")
    for name in ("run", "seconds", "target"):
        table.add_column(name, justify="right")
    with tempfile.TemporaryDirectory(prefix="pb-demo-") as folder:
        clone, home = Path(folder) / "clone", Path(folder) / "home"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        for name, target in TARGETS_S.items():
            table.add_row(name, f"{timed_demo(clone, home):.1f}", f"under {target}")
    Console().print(table)


if __name__ == "__main__":
    main()
