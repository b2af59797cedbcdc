"""Our intervals hold the latent law nine times in ten; a small sample here, a large one in `make eval`."""

import pytest

from tests.evals.coverage import measure_recovery
from tests.evals.people import WaitLaw

PEOPLE = 250
WITH_INTERVALS = {
    "response_time_median",
    "engagement_rate",
    "reply_rate",
    "click_rate",
    "open_rate",
    "interactions_per_30d",
    "frequency_trend",
    "preferred_time",
    "preferred_channel",
    "decision_days",
    "conversion_rate",
}


def test_every_interval_holds_its_law_about_nine_times_in_ten() -> None:
    found = {recovery.name: recovery for recovery in measure_recovery(PEOPLE, seed=20)}
    assert set(found) == WITH_INTERVALS
    # 250 people tell a coverage to 0.019; three times that is allowed.
    assert {name: r.coverage for name, r in found.items() if abs(r.coverage - 0.9) > 0.057} == {}


@pytest.mark.parametrize("family", ["log-normal", "Weibull"])
def test_a_law_s_quantile_undoes_its_share(family: str) -> None:
    law = WaitLaw(family, median=12, shape=0.8, answers=0.8)
    assert [law.share_by(law.quantile(q)) / 0.8 for q in (0.1, 0.5, 0.9)] == pytest.approx([0.1, 0.5, 0.9])
    assert law.share_by(law.overall_median) == pytest.approx(0.5)
