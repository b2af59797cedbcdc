"""What the evidence check makes of each case, and the table of it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from persona.grounding import check_draft
from persona.model import Citation, Draft, DraftClaim, WrittenBy
from persona.writers.rules.restating import restate
from tests.evals.lies.cases import NOW, Case, Half, Person
from tests.evals.lies.mutants import mutants


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a case passed the check, and the codes of why not."""

    case: Case
    passed: bool
    reasons: tuple[str, ...]


def judge(half: Half) -> list[Verdict]:
    """A verdict on every true claim, hand-written lie and mutant of a half."""
    cases = [*half.true, *half.lies, *mutants(half)]
    return [_verdict(case, half.people[case.contact]) for case in cases]


def _verdict(case: Case, person: Person) -> Verdict:
    refs = {p.interaction_id: p.ref for p in person.brief.all_passages}
    cites = tuple(Citation(ref=refs.get(c.interaction_id, c.interaction_id), quote=c.quote) for c in case.cites)
    draft = Draft(WrittenBy("model"), {case.facet: (DraftClaim(case.says, cites),)})
    checked = check_draft(draft, person.brief, person.history, now=NOW, restate=restate)
    shown = [c.text for c in checked.facets.get(case.facet, ())]
    return Verdict(case, bool(shown) and _still_says(shown[0], case), checked.reasons)


def _still_says(shown: str, case: Case) -> bool:
    """Whether what is shown is the claim itself: a second sentence may fall away and leave a true first one."""
    return case.kind == "true" or shown.rstrip(".") == case.says.rstrip(".")


def table(verdicts: Iterable[Verdict]) -> str:
    """Passed of all, by kind."""
    every, passed = Counter[str](), Counter[str]()
    for verdict in verdicts:
        every[verdict.case.kind] += 1
        passed[verdict.case.kind] += verdict.passed
    return "\n".join(f"{kind:15} {passed[kind]:4} of {every[kind]:4} pass" for kind in sorted(every))
