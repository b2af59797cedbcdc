"""`make demo` in a fresh clone, twice: `python -m tests.bench.bench_demo`. The first finds pip's cache as it is.

The seconds of processor time beside the wall's tell a slow demo from a machine that is busy otherwise.
"""

import os
import resource
import subprocess
import tempfile
from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[2]
TARGETS_S = {"first": 60, "second": 10}


def timed_demo(clone: Path, home: Path) -> tuple[float, float]:
    """Seconds of one `make demo`, by the clock and of processor time; raises CalledProcessError when it fails."""
    environment = {**os.environ, "PERSONA_HOME": str(home)}
    environment.pop("PYTHONPATH", None)
    started, used = perf_counter(), _processor_s()
    subprocess.run(["make", "demo"], cwd=clone, env=environment, check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - started, _processor_s() - used


def _processor_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Prints the table."""
    table = Table(title="make demo in a fresh clone")
    for name in ("run", "seconds", "of processor time", "target"):
        table.add_column(name, justify="right")
    with tempfile.TemporaryDirectory(prefix="pb-demo-") as folder:
        clone, home = Path(folder) / "clone", Path(folder) / "home"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        for name, target in TARGETS_S.items():
            seconds, processor = timed_demo(clone, home)
            table.add_row(name, f"{seconds:.1f}", f"{processor:.1f}", f"under {target}")
    Console().print(table)


if __name__ == "__main__":
    main()
