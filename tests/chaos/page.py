"""The newest whole run as docs/chaos.md: what went wrong, what people asked and got, what was lost or doubled."""

from collections.abc import Iterable, Sequence
from typing import Final

from tests.chaos.run import Outcome

ENDS: Final = ("a card", "a sentence why not", "Slack showed a failure", "and yet done", "card and sentence")


def as_page(outcome: Outcome, *, when: str, commit: str, machine: str) -> str:
    """The page, with when, where, on which commit and how it was made."""
    verdict, plan = outcome.verdict, outcome.plan
    ends = (
        ("accepted things lost", len(verdict.lost)),
        ("doubled", len(verdict.doubled)),
        (f"ratings wrong, of {outcome.ratings:,}", len(outcome.wrong_ratings)),
        ("jobs left in the queue", outcome.left),
        ("jobs failed for good", outcome.failed),
        ("processes that ended by themselves", sum(outcome.fell.values())),
    )
    kinds = sorted(verdict.accepted | verdict.refused)
    counts = (verdict.accepted, verdict.cards, verdict.told, verdict.refused, verdict.after_all, verdict.both)
    return "\n".join(
        [
            "# Chaos",
            "",
            f"{plan.rounds} rounds in {outcome.seconds / 60:.0f} minutes, made on {when} at {commit} by "
            f"`make chaos ROUNDS={plan.rounds} SEED={plan.seed}` on {machine}: 2 web, 3 worker and 2 clock processes "
            "and one PostgreSQL, all real; Slack and the model are doubles over HTTP. The seed chooses the faults; "
            "when they strike is the machine's. The queue was empty "
            f"{outcome.drained_s:.0f} seconds after the last round.",
            "",
            *_table(("at the end", "n"), ends),
            "",
            *_wrong("Lost", verdict.lost),
            *_wrong("Doubled", verdict.doubled),
            *_wrong("Wrong ratings", outcome.wrong_ratings),
            *_table(("fault", "times"), sorted(outcome.troubles.items())),
            "",
            "A thing is accepted when the app answered 200 in time; it must end in one card or one sentence that says",
            "why not. What wasn't accepted Slack shows as failed; some of it was done after all. A sentence stands",
            "beside a card where nobody could tell whether the card was taken: it says that one may stand there.",
            "",
            *_table(
                ("asked", "accepted", *ENDS),
                [(kind, *(count[kind] for count in counts)) for kind in kinds],
            ),
            "",
        ]
    )


def _wrong(title: str, each: Sequence[str]) -> list[str]:
    return [f"{title}:", "", *(f"- `{' '.join(said.split())}`" for said in each), ""] if each else []


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    numbers = ["---", *["---:"] * (len(head) - 1)]
    return [_row(head), _row(numbers), *(_row(row) for row in rows)]


def _row(cells: Sequence[object]) -> str:
    return f"| {' | '.join(f'{cell:,}' if isinstance(cell, int) else str(cell) for cell in cells)} |"
