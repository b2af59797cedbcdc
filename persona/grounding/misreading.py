"""Whether a claim reads a figure for what it doesn't say: "informal" of a formal tone, "slow" of five hours."""

from typing import Final

from persona.grounding.polarity import is_negated
from persona.lexicon import lexicon, words
from persona.model import Metric

_SHORT_WORDS, _LONG_WORDS = 60, 60
_FAST_HOURS, _SLOW_HOURS = 30, 24
_LIKE: Final = {
    "response_time_answered_median": "response_time_median",
    "response_time_answered_mean": "response_time_median",
}


def misreads(claim: str, metric: Metric) -> bool:
    """Whether the claim puts the figure into words that belong to another value, and none that belong to its own.

    Emails are short up to a median of 60 words and long from there; answers fast within 30 hours, slow from 24.
    """
    readings = lexicon().readings.get(_LIKE.get(metric.name, metric.name))
    if readings is None or metric.value is None or is_negated(claim):
        return False
    said = set(words(claim))
    claimed = {reading for reading, members in readings.items() if said & members}
    return bool(claimed) and not claimed & _fitting(metric)


def _fitting(metric: Metric) -> set[str]:
    value = metric.value
    if isinstance(value, str) or value is None:
        return {str(value), "call" if value == "phone" else str(value)}
    if metric.name == "words_per_email":
        return {name for name, fits in (("short", value <= _SHORT_WORDS), ("long", value >= _LONG_WORDS)) if fits}
    return {name for name, fits in (("fast", value <= _FAST_HOURS), ("slow", value >= _SLOW_HOURS)) if fits}
