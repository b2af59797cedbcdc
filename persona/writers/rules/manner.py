"""How and when to reach the contact: claims of style and engagement from figures, each with words that show it."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from persona.figures import duration
from persona.habits import tone_of
from persona.model import Citation, DraftClaim, Facet, Metric, Speaker
from persona.writers.rules.claims import cite
from persona.writers.rules.phrasing import label, quoted, trim
from persona.writers.rules.remarks import Remark

_SHORT, _LONG = 35, 110
_SAMPLE_WORDS: Final = 14
_PHONE: Final = re.compile(
    r"(?i)(?<!n['’]t )(?<!not )(?<!dont )\b(?:(?:call|ring|phone) me|rather talk|prefer (?:a )?(?:call|phone)|talk better|"
    r"rufen sie mich|appelez[- ]moi|ll[áa]m(?:e|a)me)\b"
)
_MAIL: Final = re.compile(
    r"(?i)\b(?:e-?mail|mail|write) (?:me|please)\b|\b(?:by|per|par|por) (?:e-?mail|mail|correo)\b|\bin writing\b|"
    r"\b(?:don['’]?t|do not|please no|never|no) (?:calls?|phone)\b|\brufen sie .{0,30}nicht\b|\bnicht an(?:rufen)?\b|"
    r"\bne m['’]appelez pas\b|\bno me llame\b|\bprefer e-?mail\b"
)
_PARTS_OF_DAY: Final = (
    (5, "early in the morning"), (9, "in the morning"), (11, "around midday"), (13, "in the early afternoon"),
    (15, "in the late afternoon"), (17, "in the evening"), (21, "late in the evening"), (24, "at night"),
)  # fmt: skip
_ENGAGEMENT_THRESHOLD: Final = 2.0
_SAME_DAY, _FEW_DAYS = 9.0, 72.0

Metrics = Mapping[str, Metric]


def write_style(metrics: Metrics, remarks: Sequence[Remark]) -> tuple[DraftClaim, ...]:
    """Channel, length, tone and pace, each where its figure is enough, shown by a sentence of the contact's."""
    own = [r for r in remarks if r.passage.speaker is Speaker.CONTACT]
    claims = (_channel(metrics, own), _length(metrics, own), _tone(metrics, own), _pace(metrics, own))
    return tuple(claim for claim in claims if claim)


def write_engagement(metrics: Metrics, remarks: Sequence[Remark]) -> tuple[DraftClaim, ...]:
    """Usual hours, time to answer, silence, and what the contact said about when they are there."""
    said = sorted(
        (r for r in remarks if r.scores.get(Facet.ENGAGEMENT_PATTERN, 0.0) >= _ENGAGEMENT_THRESHOLD),
        key=lambda r: -r.scores[Facet.ENGAGEMENT_PATTERN],
    )
    quotes = tuple(DraftClaim(f"{label(r.text, Facet.ENGAGEMENT_PATTERN)}: {quoted(r)}", cite([r])) for r in said[:2])
    own = [r for r in remarks if r.passage.speaker is Speaker.CONTACT]
    measured = (_hours(metrics, own), _answers(metrics, own), _silence(metrics))
    return (*(claim for claim in measured if claim), *quotes)


def stated_channel(remarks: Sequence[Remark]) -> tuple[str, Remark] | None:
    """The channel the contact asked for, newest word first: "phone" or "email", and where they said so."""
    for remark in sorted(remarks, key=lambda r: r.occurred_at, reverse=True):
        if remark.passage.speaker is Speaker.CONTACT:
            if _MAIL.search(remark.text):
                return "email", remark
            if _PHONE.search(remark.text):
                return "phone", remark
    return None


def part_of_day(window: str) -> str:
    """ "16:00-18:00" in words: "in the late afternoon"."""
    middle = int(window[:2]) + 1
    return next((words for end, words in reversed(_PARTS_OF_DAY) if middle >= end), "at night")


def _channel(metrics: Metrics, own: Sequence[Remark]) -> DraftClaim | None:
    stated, measured = stated_channel(own), _enough(metrics, "preferred_channel")
    if stated:
        return DraftClaim(f"Prefers {stated[0]}: {quoted(stated[1])}", cite([stated[1]]))
    if measured is None or not own:
        return None
    return _shown(f"Prefers {measured.value}", measured, own, lambda r: -abs(len(r.text.split()) - 8))


def _length(metrics: Metrics, own: Sequence[Remark]) -> DraftClaim | None:
    metric = _enough(metrics, "words_per_email")
    if metric is None or not isinstance(metric.value, float):
        return None
    words = metric.value
    kind = "short" if words <= _SHORT else "detailed" if words > _LONG else "medium-length"
    return _shown(f"Writes {kind} emails, about {words:.0f} words", metric, own, lambda r: -abs(len(r.text) - 40))


def _tone(metrics: Metrics, own: Sequence[Remark]) -> DraftClaim | None:
    metric = _enough(metrics, "tone")
    if metric is None:
        return None
    said = {"formal": "Formal in tone", "informal": "Informal in tone", "neutral": "Matter-of-fact in tone"}
    return _shown(said[str(metric.value)], metric, own, lambda r: (tone_of(r.text) == metric.value) - len(r.text) / 400)


def _pace(metrics: Metrics, own: Sequence[Remark]) -> DraftClaim | None:
    metric = _enough(metrics, "response_time_median")
    if metric is None or not isinstance(metric.value, float | int):
        return None
    hours = float(metric.value)
    if hours <= _SAME_DAY:
        pace = "Answers the same day"
    elif hours <= 30:
        pace = "Answers within a day or so"
    else:
        pace = "Answers after a day or two" if hours <= _FEW_DAYS else "Slow to answer, takes days"
    return _shown(f"{pace}, in {duration(hours, 'hours')} (median)", metric, own, lambda r: r.occurred_at.timestamp())


def _shown(text: str, metric: Metric, own: Sequence[Remark], key: Callable[[Remark], float]) -> DraftClaim:
    """The claim on its figure, with the fitting sentence of the contact's as an example."""
    fitting = [r for r in own if len(r.text.split()) <= _SAMPLE_WORDS] or list(own)
    sample = max(fitting, key=key, default=None)
    if sample is None:
        return DraftClaim(text, (Citation(metric=metric.name),))
    example = f"“{trim(sample.text, 80).rstrip('.')}”"
    return DraftClaim(f"{text}: {example}", (Citation(metric=metric.name), *cite([sample])))


def _hours(metrics: Metrics, own: Sequence[Remark]) -> DraftClaim | None:
    window, usual = _enough(metrics, "preferred_time"), _enough(metrics, "usual_hours")
    if usual is not None:
        text = f"Most often active {part_of_day(str(usual.value))}, {usual.value}"
        return _shown(text, usual, own, lambda r: r.scores.get(Facet.ENGAGEMENT_PATTERN, 0.0))
    return DraftClaim(f"Most often active {window.value}", (Citation(metric="preferred_time"),)) if window else None


def _answers(metrics: Metrics, own: Sequence[Remark]) -> DraftClaim | None:
    return _pace(metrics, sorted(own, key=lambda r: r.scores.get(Facet.ENGAGEMENT_PATTERN, 0.0))[-3:])


def _silence(metrics: Metrics) -> DraftClaim | None:
    metric = _enough(metrics, "going_quiet_days")
    if metric is None or not isinstance(metric.value, float | int) or "above" not in metric.note:
        return None
    return DraftClaim(
        f"Quieter than usual: no word for {duration(float(metric.value), 'days')}", (Citation(metric=metric.name),)
    )


def _enough(metrics: Metrics, name: str) -> Metric | None:
    metric = metrics.get(name)
    return metric if metric is not None and metric.enough else None
