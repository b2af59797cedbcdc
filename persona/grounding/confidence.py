"""How far to trust a claim, computed from its evidence, with the reason in words."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from persona.model import Evidence, Kind, Speaker

HALF_LIFE_DAYS: Final = 180
ONE_QUOTE: Final = 0.56
"""What one fresh quote in the contact's own words is worth: medium. Two make .81, high."""
WEIGHTS: Final = {Speaker.CONTACT: 1.0, Speaker.CORRECTION: 0.9, Speaker.NOTE: 0.7, Speaker.METRIC: 0.6}
_NOUNS: Final = {
    Kind.EMAIL: ("a mail", "mails"),
    Kind.CALL: ("a call", "calls"),
    Kind.MEETING: ("a meeting", "meetings"),
    Kind.TASK: ("a task", "tasks"),
    Kind.COMMENT: ("a note", "notes"),
    Kind.FILE: ("a file", "files"),
    None: ("a measured figure", "measured figures"),
}
_COUNTS: Final = ("", "", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def confidence(evidence: Sequence[Evidence], *, now: datetime, against: Sequence[Evidence] = ()) -> float:
    """How sure, 0-1: (1 - prod(1 - .56 * weight * recency)) * agreement, over independent pieces of evidence.

    Quotes of one thread count once, at their best. weight is 1 for the contact's own words, .9 for a colleague's
    correction, .7 for our notes, .6 for figures; recency is 0.5 ** (age in days / 180), 1 for figures, which are
    computed now; agreement is independent pieces for the claim divided by those for and `against` it, each with its
    weight.
    """
    independent = _independent(evidence, now)
    doubt = 1.0
    for piece in independent:
        doubt *= 1 - ONE_QUOTE * _worth(piece, now)
    pro, con = (sum(_worth(piece, now) for piece in pieces) for pieces in (independent, _independent(against, now)))
    return round((1 - doubt) * pro / (pro + con), 3) if pro else 0.0


def why(evidence: Sequence[Evidence], *, against: Sequence[Evidence] = (), now: datetime) -> str:
    """The reason in words: "two mails and a call, newest 3 weeks ago, nothing against it"."""
    independent = _independent(evidence, now)
    kinds = Counter(e.kind for e in independent)
    counted = [_count(kind, n) for kind, n in kinds.items()]
    said = counted[0] if len(counted) == 1 else f"{', '.join(counted[:-1])} and {counted[-1]}"
    dated = [e.occurred_at for e in independent if e.metric is None]
    newest = f", {'newest ' if len(dated) > 1 else ''}{_ago(max(dated), now)}" if dated else ""
    contrary = len(_independent(against, now))
    held_against = f"{_COUNTS[contrary] if contrary > 1 else 'one'} against it" if contrary else "nothing against it"
    return f"{said}{newest}, {held_against}"


def _independent(evidence: Iterable[Evidence], now: datetime) -> list[Evidence]:
    """One piece per thread, interaction or metric, the one worth most, in order."""
    best: dict[str | None, Evidence] = {}
    for piece in evidence:
        source = piece.thread_id or piece.interaction_id or piece.metric or piece.corrected_by
        if source not in best or _worth(piece, now) > _worth(best[source], now):
            best[source] = piece
    return list(best.values())


def _worth(piece: Evidence, now: datetime) -> float:
    return WEIGHTS[piece.speaker] * _recency(piece, now)


def _recency(piece: Evidence, now: datetime) -> float:
    if piece.metric is not None:
        return 1.0
    age_days = max(0.0, (now - piece.occurred_at).total_seconds() / 86_400)
    return float(0.5 ** (age_days / HALF_LIFE_DAYS))


def _count(kind: Kind | None, n: int) -> str:
    one, many = _NOUNS[kind]
    return one if n == 1 else f"{_COUNTS[n] if n < len(_COUNTS) else n} {many}"


def _ago(moment: datetime, now: datetime) -> str:
    days = (now - moment).days
    if days < 1:
        return "today"
    for size, unit in ((365, "year"), (30, "month"), (7, "week"), (1, "day")):
        if days >= 2 * size or unit == "day":
            n = days // size
            return f"{n} {unit if n == 1 else unit + 's'} ago"
    raise AssertionError("unreachable")  # the last size is one day
