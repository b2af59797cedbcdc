"""A metric as the sentence that is cited."""

import pytest

from persona.figures import metric_sentence
from persona.model import Metric

REPLIES = Metric("reply_rate", 0.62, "fraction", 48, 5, low=0.5, high=0.73)
CLOSED = Metric("conversion_rate", None, "fraction", 2, 3)


@pytest.mark.parametrize(
    ("metric", "sentence"),
    [
        (REPLIES, "Replies to 62 % of tracked emails (n 48, 90 % interval 50-73 %)"),
        (CLOSED, "Conversion rate: not enough data (2 of 3)"),
        (Metric("total_interactions", 1214, "interactions", 1214, 1), "1,214 interactions on record"),
        (
            Metric("response_time_median", 5.2, "hours", 31, 5, low=3.0, high=60.0),
            "Answers an email in 5.2 h (median, n 31, 90 % interval 3 h to 2.5 days)",
        ),
        (
            Metric(
                "preferred_time", "Tue 08:00-10:00", "window", 22, 8, note="hours in America/Chicago, the contact's"
            ),
            "Most often active Tue 08:00-10:00 (n 22, hours in America/Chicago, the contact's)",
        ),
        (Metric("going_quiet_days", 1.0, "days", 12, 6), "Last own action 1 day ago (n 12)"),
    ],
)
def test_a_metric_is_a_sentence_with_its_n(metric: Metric, sentence: str) -> None:
    assert metric_sentence(metric) == sentence
