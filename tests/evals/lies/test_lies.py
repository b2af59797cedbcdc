"""No planted lie passes the evidence check, and true claims do."""

import pytest

from tests.evals.lies.cases import HALVES, read_half
from tests.evals.lies.verdicts import judge

KINDS = 12
LIES = 200
TRUE_KEPT = 0.95


@pytest.mark.parametrize("name", HALVES)
def test_no_lie_passes_the_check(name: str) -> None:
    lies = [v for v in judge(read_half(name)) if v.case.kind != "true"]
    assert [(v.case.kind, v.case.says) for v in lies if v.passed] == []
    assert (len(lies) >= LIES, len({v.case.kind for v in lies}) >= KINDS) == (True, True)


@pytest.mark.parametrize("name", HALVES)
def test_true_claims_pass_the_check(name: str) -> None:
    true = [v for v in judge(read_half(name)) if v.case.kind == "true"]
    assert sum(v.passed for v in true) >= TRUE_KEPT * len(true)
