"""Metrics against exact values: counts as a generator dealt them out, or as a corpus's truth.json works out."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

Document = Mapping[str, Any]
_CLOSE: Final = 0.005
# Our name, and where a written corpus's truth has the same figure.
_WORKED_OUT: Final = {
    "total_interactions": ("interactions", "total"),
    "interactions_90d": ("interactions", "last_90_days"),
    "interactions_per_30d": ("interactions", "per_30_days"),
    "reply_rate": ("email", "reply_rate"),
    "open_rate": ("email", "open_rate"),
    "click_rate": ("email", "click_rate"),
    "engagement_rate": ("email", "engagement_rate"),
    "machine_opens": ("email", "machine_open_events"),
    "response_time_median": ("response_time", "km_median_hours"),
    "response_time_answered_median": ("response_time", "median_answered_hours"),
    "our_response_time_median": ("our_response_time", "km_median_hours"),
    "conversion_rate": ("deals", "conversion_rate"),
    "decision_days": ("deals", "km_decision_days"),
    "going_quiet_days": ("quiet", "days_since_last_own_action"),
}


def compare(truth: Document, personas: list[Document]) -> list[tuple[str, str, bool]]:
    """For every figure shown whose true value is known: contact, metric, and whether they agree to half a percent."""
    by_id = {persona["contact_id"]: persona for persona in personas}
    return [
        (contact["external_id"], name, _close(shown, true))
        for contact in truth["contacts"]
        for name, true in _true_values(contact.get("metrics", {}))
        for shown in [by_id[contact["external_id"]].get("metrics", {}).get(name, {}).get("value")]
        if shown is not None and true is not None
    ]


def _true_values(metrics: Document) -> Iterator[tuple[str, float | None]]:
    if "tracked" in metrics:
        yield "total_interactions", metrics["total"]
        yield "machine_opens", metrics["machine_open_events"]
        yield "reply_rate", metrics["replied"] / metrics["tracked"]
        yield "open_rate", metrics["human_opened"] / metrics["tracked"]
    elif metrics:
        for name, (part, figure) in _WORKED_OUT.items():
            yield name, metrics.get(part, {}).get(figure)


def _close(shown: float, true: float) -> bool:
    return abs(shown - true) <= _CLOSE * max(1.0, abs(true))
