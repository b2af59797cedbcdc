"""`python -m tests.evals.lies [--list]`: how many lies and true claims pass the evidence check, by kind."""

import sys

from tests.evals.lies.cases import ANOTHER, FRESH6, HALVES, LATER, TUNED2, UNSEEN, read_half
from tests.evals.lies.verdicts import judge, table


def main(arguments: list[str]) -> None:
    """Prints a table a half; with --list also what went wrong."""
    for name in (*HALVES, UNSEEN, LATER, TUNED2, ANOTHER, FRESH6):
        verdicts = judge(read_half(name))
        lies = [v for v in verdicts if v.case.kind != "true"]
        true = [v for v in verdicts if v.case.kind == "true"]
        sys.stdout.write(f"{name}: {sum(v.passed for v in lies)} of {len(lies)} lies pass, ")
        sys.stdout.write(f"{sum(v.passed for v in true)} of {len(true)} true claims pass\n{table(verdicts)}\n\n")
        if "--list" in arguments:
            for verdict in verdicts:
                if verdict.passed != (verdict.case.kind == "true"):
                    case = verdict.case
                    quotes = " | ".join(c.quote for c in case.cites)[:110]
                    sys.stdout.write(f"  {case.kind} {case.contact}: {case.says}  <-  {quotes}  {verdict.reasons}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
