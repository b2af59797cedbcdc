"""Which benchmark a contact is held against, and where they stand among the workspace's own contacts."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from persona.model import Benchmark, Comparison, Metric

ALL: Final = "all"
MIN_CONTACTS: Final = 8
_TECHNOLOGY = re.compile(
    r"\b(?:tech\w*|software|saas|it|information technology|internet|cloud|computers?|electronics)\b"
)
_HEALTH = re.compile(r"\b(?:health\w*|hospitals?|medical|pharma\w*|biotech\w*|clinics?|life sciences?)\b")
_FINANCE = re.compile(r"\b(?:financ\w*|bank\w*|insurance|fintech|investment|accounting)\b")
# Our own contacts say most about our contacts; then a published figure; then a starting value of the product.
_ORDER: Final = ("workspace", "published", "starting value")


def segment_of(industry: str | None, company_size: int | None) -> str:
    """The segment whose benchmarks apply: technology by size, healthcare, finance, another industry's name, or "all".

    A technology company of unknown size counts as medium.
    """
    name = (industry or "").strip().lower()
    if not name:
        return ALL
    if _HEALTH.search(name):
        return "healthcare"
    if _FINANCE.search(name):
        return "finance"
    if _TECHNOLOGY.search(name):
        return f"technology_{_size(company_size)}"
    return re.sub(r"[^a-z0-9]+", "_", name).strip("_") or ALL


def compare(metrics: Mapping[str, Metric], benchmarks: Sequence[Benchmark], *, segment: str) -> dict[str, Comparison]:
    """Each metric that has a number beside its benchmark and its percentile among the workspace's contacts.

    The workspace's own benchmark of the segment wins when it rests on at least 8 contacts, then a published one, then
    the product's starting value; within a kind the segment's before everybody's, then the newest.
    """
    found: dict[str, Comparison] = {}
    for name, metric in metrics.items():
        if isinstance(metric.value, str) or metric.value is None:
            continue
        candidates = [b for b in benchmarks if b.metric == name and _applies(b, segment)]
        own = next((b for b in candidates if b.source_kind == "workspace" and b.segment == ALL and b.quantiles), None)
        if candidates:
            best = min(candidates, key=lambda b: (_ORDER.index(b.source_kind), b.segment != segment, -b.year))
            percentile = _percentile(metric.value, own.quantiles) if own else None
            found[name] = Comparison(name, best, percentile, own.n or 0 if own else 0)
    return found


def _applies(benchmark: Benchmark, segment: str) -> bool:
    if benchmark.segment not in {segment, ALL}:
        return False
    return benchmark.source_kind != "workspace" or (benchmark.n or 0) >= MIN_CONTACTS


def _percentile(value: float, quantiles: Sequence[float]) -> float:
    """The share of contacts below, 0-100; ties count half."""
    below, upto = (np.searchsorted(quantiles, value, side=side) for side in ("left", "right"))
    return float((below + upto) / 2 / len(quantiles) * 100)


def _size(employees: int | None) -> str:
    """Small to 50 employees, medium to 200, large above."""
    if employees is None or 50 < employees <= 200:
        return "medium"
    return "small" if employees <= 50 else "large"
