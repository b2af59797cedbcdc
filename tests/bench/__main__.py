"""Every speed table, one after the other: `python -m tests.bench [CRM FOLDER]`. Each stands beside its baseline."""

import subprocess
import sys
from pathlib import Path

SAMPLE = Path(__file__).parents[2] / "storage" / "sample"


def main() -> int:
    """Runs each bench in a process of its own; the exit code of the worst."""
    folder = sys.argv[1] if len(sys.argv) > 1 else str(SAMPLE)
    benches = (
        ["bench_persona_http"],
        ["bench_ack"],
        ["bench_reactions"],
        ["bench_lookup"],
        ["bench_type_ahead"],
        ["bench_import", folder],
        ["bench_similar"],
        ["bench_queue"],
        ["bench_live"],
        ["bench_refresh"],
        ["bench_rules"],
        ["bench_many"],
        ["bench_demo"],
    )
    codes = [
        subprocess.run([sys.executable, "-m", f"tests.bench.{name}", *rest], check=False).returncode
        for name, *rest in benches
    ]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
