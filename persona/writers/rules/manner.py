"""How and when to reach the contact: claims of style and engagement from figures, each with words that show it."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final
from zoneinfo import ZoneInfo

from persona.figures import duration
from persona.frames import frames_of
from persona.habits import tone_of
from persona.model import Citation, DraftClaim, Facet, Metric
from persona.turns_of_phrase import is_negated, turn_of_phrase
from persona.writers.rules.claims import cite
from persona.writers.rules.dates import days_named
from persona.writers.rules.phrasing import month_of, quoted, trim
from persona.writers.rules.remarks import Remark
from persona.writers.rules.requests import is_about_time

_SHORT, _LONG = 35, 110
_SAMPLE: Final = range(4, 15)
_SAMPLE_LENGTH: Final = 80
_PARTS_OF_DAY: Final = (
    (5, "early in the morning"),
    (9, "in the morning"),
    (11, "around midday"),
    (13, "in the early afternoon"),
    (15, "in the late afternoon"),
    (18, "in the evening"),
    (21, "late in the evening"),
    (24, "at night"),
)
_PACES: Final = (
    (12.0, "answers the same day"),
    (30.0, "answers within a day or so"),
    (72.0, "answers after a day or two"),
)
_SLOW: Final = "slow to answer, takes days"
_THRESHOLD: Final = 2.0
_FIGURE: Final = re.compile(r"\d{2}")
_TELLING: Final = frozenset({"loss", "weary", "worry", "condition", "expensive", "burned", "correction", "refusal"})
"""What a sentence does that says too much to be a mere example."""
_CHANNELS: Final = {"email": "email", "call": "phone calls", "meeting": "meetings"}
_TONES: Final = {"formal": "Formal in tone", "informal": "Informal in tone", "neutral": "Matter-of-fact in tone"}

Metrics = Mapping[str, Metric]


def write_style(metrics: Metrics, remarks: Sequence[Remark]) -> tuple[DraftClaim, ...]:
    """Channel, length, tone and pace, each where its figure is enough, shown by a sentence of the contact's."""
    samples = _Samples([r for r in remarks if r.own])
    claims = (_channel(metrics, samples), _length(metrics, samples), _tone(metrics, samples), _pace(metrics, samples))
    return tuple(claim for claim in claims if claim)


def write_engagement(metrics: Metrics, remarks: Sequence[Remark], *, zone: str | None) -> tuple[DraftClaim, ...]:
    """Usual hours, silence, and what the contact said about when they are there.

    A mail is shown as an example of the hours only when `zone`, the contact's own, says that it fell into them.
    """
    said = [r for r in remarks if r.scores.get(Facet.ENGAGEMENT_PATTERN, 0.0) >= _THRESHOLD and _of_themselves(r)]
    said.sort(key=lambda r: -r.scores[Facet.ENGAGEMENT_PATTERN])
    quotes = [DraftClaim(f"Says when they are there: {quoted(r)}", cite([r])) for r in said[:1]]
    measured = (_hours(metrics, remarks, zone), _silence(metrics, remarks))
    return (*(claim for claim in measured if claim), *quotes)


def asked_channel(remarks: Sequence[Remark]) -> tuple[str, Remark] | None:
    """The channel the contact asked for, "phone" or "email", by their newest word on it, and that remark."""
    for remark in sorted(remarks, key=lambda r: r.occurred_at, reverse=True):
        theirs = remark.own and not turn_of_phrase("about_a_third").search(remark.text)
        for channel in ("email", "phone") if theirs else ():
            if turn_of_phrase(f"asks_{channel}").search(remark.text) and not _for_once(channel, remark):
                return channel, remark
    return None


def _for_once(channel: str, remark: Remark) -> bool:
    """Whether it says only when not to call, or asks for one call on one day."""
    if channel == "email":
        return is_about_time(remark) and turn_of_phrase("names_email").search(remark.text) is None
    return bool(days_named(remark.text, remark.occurred_at.date()))


def part_of_day(window: str) -> str:
    """ "16:00-18:00" in words, by its middle: "in the late afternoon"."""
    middle = int(window[:2]) + 1
    return next((words for start, words in reversed(_PARTS_OF_DAY) if middle >= start), "at night")


class _Samples:
    """Sentences to show a figure by; each is used once, short whole ones first."""

    def __init__(self, own: Sequence[Remark]) -> None:
        self.own = own
        self._left = [r for r in own if _is_sample(r)]

    def show(self, text: str, metric: Metric, *, fitting: Callable[[Remark], float]) -> DraftClaim:
        """The claim on its figure, with the most fitting sentence as an example, where one is left."""
        figure = (Citation(metric=metric.name),)
        if not self._left:
            return DraftClaim(text, figure)
        sample = max(self._left, key=lambda r: (fitting(r), -max(r.scores.values(), default=0.0)))
        self._left.remove(sample)
        return DraftClaim(f"{text}, for example {_example(sample)}", (*figure, *cite([sample])))


def _is_sample(remark: Remark) -> bool:
    """Whether a sentence can stand as an example: short, harmless, without a figure or a negation to be misread."""
    plain = not frames_of(remark.text) & _TELLING and not _FIGURE.search(remark.text)
    return plain and len(remark.text.split()) in _SAMPLE and not is_negated(remark.text)


def _example(remark: Remark) -> str:
    return f"“{trim(remark.text, _SAMPLE_LENGTH).strip('“”').rstrip('.,;')}”"


def _of_themselves(remark: Remark) -> bool:
    return (
        remark.own
        and turn_of_phrase("first_person").search(remark.text) is not None
        and turn_of_phrase("availability").search(remark.text) is not None
    )


def at_usual_hours(opening: str, metrics: Metrics, remarks: Sequence[Remark], *, zone: str | None) -> DraftClaim | None:
    """The opening with the contact's usual hours, and a mail of theirs that came within them."""
    usual = _enough(metrics, "usual_hours")
    if usual is None:
        return None
    hours = str(usual.value)
    text = f"{opening} {part_of_day(hours)}, {hours}"
    example = _within(remarks, hours, zone)
    if example is None:
        return DraftClaim(text, (Citation(metric=usual.name),))
    shown = f"{text}, as when they wrote {_example(example)}"
    return DraftClaim(shown, (Citation(metric=usual.name), *cite([example])))


def _channel(metrics: Metrics, samples: _Samples) -> DraftClaim | None:
    asked = asked_channel(samples.own)
    if asked:
        return DraftClaim(f"Prefers {asked[0]}: {quoted(asked[1])}", cite([asked[1]]))
    metric = _enough(metrics, "preferred_channel")
    if metric is None:
        return None
    channel = _CHANNELS.get(str(metric.value), str(metric.value))
    return samples.show(f"Mostly uses {channel}", metric, fitting=lambda r: r.occurred_at.timestamp())


def _length(metrics: Metrics, samples: _Samples) -> DraftClaim | None:
    metric = _enough(metrics, "words_per_email")
    if metric is None or not isinstance(metric.value, float | int):
        return None
    kind = "short" if metric.value <= _SHORT else "long, detailed" if metric.value > _LONG else "medium-length"
    text = f"Writes {kind} emails of about {metric.value:.0f} words"
    return samples.show(text, metric, fitting=lambda r: -abs(len(r.text) - 40))


def _tone(metrics: Metrics, samples: _Samples) -> DraftClaim | None:
    metric = _enough(metrics, "tone")
    if metric is None:
        return None
    shows = str(metric.value)
    return samples.show(_TONES[shows], metric, fitting=lambda r: (tone_of(r.text) == shows) - len(r.text) / 400)


def _pace(metrics: Metrics, samples: _Samples) -> DraftClaim | None:
    metric, pace = _enough(metrics, "response_time_median"), _pace_words(metrics)
    if metric is None or pace is None:
        return None
    return samples.show(pace[:1].upper() + pace[1:], metric, fitting=_answers)


def _answers(remark: Remark) -> float:
    """How well a sentence shows an answer: it stands in one, and best is about when to meet or call."""
    in_answer = remark.passage.subject.lower().startswith(("re:", "aw:", "sv:"))
    return in_answer + min(1.0, remark.scores.get(Facet.ENGAGEMENT_PATTERN, 0.0))


def _pace_words(metrics: Metrics) -> str | None:
    metric = _enough(metrics, "response_time_median")
    if metric is None or not isinstance(metric.value, float | int):
        return None
    words = next((words for limit, words in _PACES if metric.value <= limit), _SLOW)
    return f"{words} ({duration(float(metric.value), 'hours')} at the median)"


def _hours(metrics: Metrics, remarks: Sequence[Remark], zone: str | None) -> DraftClaim | None:
    usual = at_usual_hours("Most often active", metrics, remarks, zone=zone)
    window = _enough(metrics, "preferred_time")
    if usual or window is None:
        return usual
    return DraftClaim(f"Most often active {window.value}", (Citation(metric=window.name),))


def _within(remarks: Sequence[Remark], hours: str, zone: str | None) -> Remark | None:
    """The newest short sentence the contact wrote in the window, by the clock of their zone."""
    if zone is None:
        return None
    start = int(hours[:2])
    hour_of = {r.text: r.occurred_at.astimezone(ZoneInfo(zone)).hour for r in remarks}
    inside = [r for r in remarks if r.own and _is_sample(r) and (hour_of[r.text] - start) % 24 < 2]
    return max(inside, key=lambda r: (r.scores.get(Facet.ENGAGEMENT_PATTERN, 0.0), r.occurred_at), default=None)


def _silence(metrics: Metrics, remarks: Sequence[Remark]) -> DraftClaim | None:
    metric = _enough(metrics, "going_quiet_days")
    if metric is None or not isinstance(metric.value, float | int) or not metric.note.endswith("quiet"):
        return None
    quiet = duration(float(metric.value), "days")
    text, figure = f"Quieter than usual: no word for {quiet}", (Citation(metric=metric.name),)
    last = max((r for r in remarks if r.own), key=lambda r: r.occurred_at, default=None)
    if last is None:
        return DraftClaim(text, figure)
    return DraftClaim(f"{text}; in {month_of(last)} they wrote {_example(last)}", (*figure, *cite([last])))


def _enough(metrics: Metrics, name: str) -> Metric | None:
    metric = metrics.get(name)
    return metric if metric is not None and metric.enough else None
