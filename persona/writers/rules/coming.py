"""What has a day that is still to come: the next steps, told before all other advice."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from persona.frames import frames_of
from persona.model import DraftClaim
from persona.turns_of_phrase import turn_of_phrase
from persona.writers.rules.claims import cite
from persona.writers.rules.dates import days_named
from persona.writers.rules.phrasing import quoted
from persona.writers.rules.remarks import Remark
from persona.writers.rules.requests import find_order, is_refusal, is_wish
from persona.writers.rules.standing import is_taken_back

_FEWEST_WORDS: Final = 5
_SHORT: Final = 9
_LONGEST: Final = 205  # characters of two quotes, within what a claim may hold
_DELIVER: Final = "Deliver in time"
_KEEP: Final = "Keep the date in mind"
_ANSWER: Final = "Answer in time"
_AWAY: Final = "Mind when they are away"


def write_coming(remarks: Sequence[Remark], *, most: int) -> list[DraftClaim]:
    """The contact's sentences with a day to come, the soonest first, with what they need by then."""
    dated = [(day, remark) for remark in remarks if _may_tell(remark) and (day := next_day(remark))]
    dated.sort(key=lambda found: (_is_away(found[1]), found[0], -found[1].occurred_at.timestamp()))
    return [_tell(_with_neighbour(remark, remarks)) for _, remark in dated[:most]]


def is_next_step(claim: str) -> bool:
    """Whether a claim tells of something with a day to come, as `write_coming` names it."""
    return claim.startswith((f"{_DELIVER}:", f"{_KEEP}:", f"{_ANSWER}:", f"{_AWAY}:"))


def next_day(remark: Remark) -> date | None:
    """The soonest day a remark names that is not over yet."""
    return min((day for day in _days(remark) if day >= _today(remark)), default=None)


def is_over(remark: Remark) -> bool:
    """Whether all days a remark names have passed."""
    days = _days(remark)
    return bool(days) and max(days) < _today(remark)


def is_dated(remark: Remark) -> bool:
    """Whether a remark names a day."""
    return bool(_days(remark))


def _days(remark: Remark) -> tuple[date, ...]:
    return days_named(remark.text, remark.occurred_at.date())


def _today(remark: Remark) -> date:
    return (remark.occurred_at + timedelta(days=remark.age_days)).date()


def _may_tell(remark: Remark) -> bool:
    whole = len(remark.text.split()) >= _FEWEST_WORDS
    return remark.own and whole and not (remark.is_old or is_refusal(remark) or is_taken_back(remark.text))


def _with_neighbour(remark: Remark, remarks: Sequence[Remark]) -> list[Remark]:
    """The remark with the sentence it needs: the next on what they want by then, the one before a short "set it up"."""
    same = [r for r in remarks if r.passage.interaction_id == remark.passage.interaction_id]
    place = same.index(remark)
    before, after = same[max(0, place - 1) : place], same[place + 1 : place + 2]
    points_back = len(remark.text.split()) <= _SHORT and turn_of_phrase("points_back").search(remark.text)
    together = [remark]
    if after and turn_of_phrase("by_then").search(after[0].text):
        together = [remark, *after]
    elif points_back:
        together = [*before, remark]
    return together if sum(len(r.text) for r in together) <= _LONGEST else [remark]


def _tell(told: Sequence[Remark]) -> DraftClaim:
    label = next((name for remark in told if (name := _label(remark)) != _KEEP), _KEEP)
    return DraftClaim(f"{label}: {', '.join(quoted(remark) for remark in told)}", cite(told))


def _is_away(remark: Remark) -> bool:
    return turn_of_phrase("away").search(remark.text) is not None


def _label(remark: Remark) -> str:
    if _is_away(remark):
        return _AWAY
    if remark.text.rstrip("”\"' ").endswith("?"):
        return _ANSWER
    asks = is_wish(remark) or find_order(remark) or "wish" in frames_of(remark.text)
    return _DELIVER if asks and turn_of_phrase("delivery").search(remark.text) else _KEEP
