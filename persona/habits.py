"""How a contact writes, measured over their own mails: length, tone and usual hours, as metrics a claim can cite."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from statistics import median
from typing import Final
from zoneinfo import ZoneInfo

from persona.model import History, Interaction, Kind, Metric
from persona.turns_of_phrase import turn_of_phrase

MIN_MAILS: Final = 3
MIN_ACTIONS: Final = 5
_SHARE: Final = 0.5
_LOWER_START: Final = re.compile(r"(?:^|[.!?]\s+)[a-z]")


def measure_habits(history: History, *, now: datetime) -> dict[str, Metric]:
    """`words_per_email` (median, own words only), `tone` (formal, neutral, informal) and `usual_hours` ("14:00-16:00").

    Tone: formal or informal when at least half of the mails carry more marks of it than of the other (greetings and
    set phrases against smileys, slang and sentences in lower case). Usual hours: the two-hour window of the day, in the
    history's zone, that holds most contact-made actions, when it holds at least half of them.
    """
    acted = [i for i in history.interactions if i.by_contact and i.occurred_at <= now]
    mails = [i.own_words for i in acted if i.kind is Kind.EMAIL and i.own_words.strip()]
    return {
        metric.name: metric
        for metric in (_length(mails), _tone(mails), _usual_hours(acted + _calls(history, now), history))
    }


def _length(mails: Sequence[str]) -> Metric:
    enough = len(mails) >= MIN_MAILS
    value = float(median(len(mail.split()) for mail in mails)) if enough else None
    return Metric(name="words_per_email", value=value, unit="words", n=len(mails), min_n=MIN_MAILS)


def _tone(mails: Sequence[str]) -> Metric:
    counts = Counter(tone_of(mail) for mail in mails)
    value: str | None = None
    if len(mails) >= MIN_MAILS:
        value = next((tone for tone in ("formal", "informal") if counts[tone] >= _SHARE * len(mails)), "neutral")
    return Metric(name="tone", value=value, unit="text", n=len(mails), min_n=MIN_MAILS)


def tone_of(mail: str) -> str:
    """formal, informal or neutral: which marks prevail in one mail."""
    lowered = mail.lower()
    formal = 2 * len(_in_lower_case("formal").findall(lowered))
    informal = len(_in_lower_case("informal").findall(lowered)) + len(_LOWER_START.findall(mail))
    return "formal" if formal > informal else "informal" if informal > formal else "neutral"


@cache
def _in_lower_case(name: str) -> re.Pattern[str]:
    """A turn of phrase for texts in lower case: without regard to case a search takes three times as long.

    For patterns without escapes in upper case, whose meaning is another in lower case.
    """
    return re.compile(turn_of_phrase(name).pattern.lower(), re.M)


def _calls(history: History, now: datetime) -> list[Interaction]:
    return [i for i in history.interactions if i.initiated_by_contact and not i.by_contact and i.occurred_at <= now]


def _usual_hours(acted: Sequence[Interaction], history: History) -> Metric:
    zone = ZoneInfo(history.zone)
    hours = Counter(i.occurred_at.astimezone(zone).hour for i in acted)
    start, held = max(((h, hours[h] + hours[(h + 1) % 24]) for h in range(24)), key=lambda entry: entry[1])
    enough = len(acted) >= MIN_ACTIONS and held >= _SHARE * len(acted)
    return Metric(
        name="usual_hours",
        value=f"{start:02d}:00-{(start + 2) % 24:02d}:00" if enough else None,
        unit="text",
        n=len(acted),
        min_n=MIN_ACTIONS,
        note=f"{held} of {len(acted)} own actions, hours in {history.zone}, the {history.zone_source}'s",
    )
