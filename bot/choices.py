"""The settings of a workspace: what each takes, how it is read from text, and how it is told."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from blocks.settings_modal import DAYS
from persona.errors import SettingsError, clipped
from persona.preferences import LEAST_HISTORY_DAYS, Calls, Preferences, RefreshPolicy
from persona.record_links import check_pattern
from persona.templates import prompt_variants
from persona.visibility import Visibility
from persona.writers.request import LANGUAGES

_TEN_YEARS: Final = 3_650
_DIGITS: Final = 15
DEFAULT: Final = "default"
"""The value that puts a setting back to what it was."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a setting is for, what it takes, and how that is read: None for what can't be."""

    about: str
    takes: str
    read: Callable[[str], Any]


def _language(text: str) -> str | None:
    return text.lower() if text.lower() in LANGUAGES else None


def _amount(text: str) -> float | None:
    try:
        amount = float(text)
    except ValueError:
        return None
    return amount if 0 <= amount < float("inf") else None


def _tokens(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None


def _days(text: str) -> int | None:
    days = _tokens(text)
    return days if days is not None and days <= _TEN_YEARS else None


def _history_days(text: str) -> int | None:
    days = _days(text)
    return days if days is not None and days >= LEAST_HISTORY_DAYS else None


def _experiment(text: str) -> str | None:
    return text.strip() if text.strip() and text.isprintable() and len(text) <= 80 else None


def _shares(text: str) -> dict[str, float] | None:
    """ "default=1 motives=1" as shares; None unless every name is a variant's and one share is above 0."""
    shares: dict[str, float] = {}
    for part in text.replace(",", " ").split():
        name, _, share = part.partition("=")
        amount = _amount(share or "1")
        if name not in prompt_variants() or amount is None:
            return None
        shares[name] = amount
    return shares if any(shares.values()) else None


def _visibility(text: str) -> str | None:
    return text.lower() if text.lower() in set(Visibility) else None


def _refresh(text: str) -> str | None:
    return text.lower() if text.lower() in set(RefreshPolicy) else None


def _calls(text: str) -> str | None:
    return text.lower() if text.lower() in set(Calls) else None


def _channel(text: str) -> str | None:
    return text.strip().upper() if re.fullmatch(r"[CG][A-Z0-9]{1,20}", text.strip().upper()) else None


def _weekday(text: str) -> int | None:
    return DAYS.index(text.lower()) if text.lower() in DAYS else None


def _hour(text: str) -> int | None:
    hour = _tokens(text)
    return hour if hour is not None and hour < 24 else None


def _record_url(text: str) -> str | None:
    try:
        return check_pattern(text.strip()) if text.isprintable() else None
    except ValueError:
        return None


def choices() -> Mapping[str, Choice]:
    """Every setting by name."""
    variants = " ".join(f"{name}=1" for name in sorted(prompt_variants()))
    return {
        "language": Choice("a model writes personas in it", f"one of {', '.join(sorted(LANGUAGES))}", _language),
        "daily_budget_usd": Choice("the most a day's personas may cost", "dollars such as 2.50", _amount),
        "daily_tokens": Choice("the most tokens a day's personas may take", "a whole number", _tokens),
        "variants": Choice("live prompt variants with their shares", f"shares such as {variants}", _shares),
        "experiment": Choice("what variants are tried for; another name deals anew", "a short name", _experiment),
        "visibility": Choice("whose contacts a rep sees", f"one of {', '.join(Visibility)}", _visibility),
        "refresh": Choice("when personas are written anew", f"one of {', '.join(RefreshPolicy)}", _refresh),
        "refresh_calls": Choice(
            "how a month's personas are asked of a model; a batch is half the price, within a day",
            f"one of {', '.join(Calls)}",
            _calls,
        ),
        "digest_channel": Choice(
            "where managers get the weekly digest", "a channel's id such as C0123456789", _channel
        ),
        "digest_weekday": Choice("on which day", f"one of {', '.join(DAYS)}", _weekday),
        "digest_hour": Choice("at which hour of the workspace's time zone", "0 to 23", _hour),
        "record_url": Choice("where the CRM shows a contact", "https://crm.example/contacts/{id}", _record_url),
        "keep_days_after_uninstall": Choice(
            "how long data stay when Slack removes the app", "days such as 30; 0 deletes at once", _days
        ),
        "keep_history_days": Choice(
            "how long questions in threads and tries at writing are kept",
            f"days such as 365, at least {LEAST_HISTORY_DAYS}",
            _history_days,
        ),
    }


def parse_choice(name: str, value: str) -> dict[str, Any]:
    """The change of one setting, None putting it back; raises SettingsError that says what would be taken."""
    known = choices()
    if name not in known:
        raise SettingsError(f"No setting is called “{clipped(name)}”. There are {', '.join(known)}.")
    if value == DEFAULT:
        return {name: None}
    read = known[name].read(value)
    if read is None:
        raise SettingsError(f"{name} takes {known[name].takes}, or {DEFAULT}; not “{clipped(value)}”.")
    return {name: read}


def live(shares: Mapping[str, float]) -> frozenset[str]:
    """The variants that are dealt at all."""
    return frozenset(name for name, share in shares.items() if share > 0)


def told(known: Preferences, name: str) -> str:
    """What is chosen, as a person reads it."""
    value = known.model_dump(mode="json")[name]
    if value is None:
        return "not set" if name in {"record_url", "digest_channel"} else "as the environment says"
    if name == "digest_weekday":
        return DAYS[value]
    return " ".join(f"{key}={share:g}" for key, share in value.items()) if isinstance(value, dict) else str(value)
