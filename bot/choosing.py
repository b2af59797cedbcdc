"""What a workspace has chosen, on the command line: all of it printed, one setting changed, or put back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from rich.console import Console

from bot.settings import Settings
from bot.wiring import open_services
from persona.errors import SettingsError, clipped
from persona.preferences import Preferences
from persona.record_links import check_pattern
from persona.templates import prompt_variants
from persona.visibility import Visibility
from persona.writers.request import LANGUAGES
from storage.workspaces import change_settings, load_preferences

_TEN_YEARS: Final = 3_650
DEFAULT: Final = "default"
"""The value that puts a setting back to what it was."""


@dataclass(frozen=True, slots=True)
class _Choice:
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
    return int(text) if text.isascii() and text.isdigit() else None


def _days(text: str) -> int | None:
    days = _tokens(text)
    return days if days is not None and days <= _TEN_YEARS else None


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


def _record_url(text: str) -> str | None:
    try:
        return check_pattern(text.strip())
    except ValueError:
        return None


def _choices() -> Mapping[str, _Choice]:
    variants = " ".join(f"{name}=1" for name in sorted(prompt_variants()))
    return {
        "language": _Choice("a model writes personas in it", f"one of {', '.join(sorted(LANGUAGES))}", _language),
        "daily_budget_usd": _Choice("the most a day's personas may cost", "dollars such as 2.50", _amount),
        "daily_tokens": _Choice("the most tokens a day's personas may take", "a whole number", _tokens),
        "variants": _Choice("live prompt variants with their shares", f"shares such as {variants}", _shares),
        "experiment": _Choice("what variants are tried for; another name deals anew", "a short name", _experiment),
        "visibility": _Choice("whose contacts a rep sees", f"one of {', '.join(Visibility)}", _visibility),
        "record_url": _Choice("where the CRM shows a contact", "https://crm.example/contacts/{id}", _record_url),
        "keep_days_after_uninstall": _Choice(
            "how long data stay when Slack removes the app", "days such as 30; 0 deletes at once", _days
        ),
    }


def parse_choice(name: str, value: str) -> dict[str, Any]:
    """The change of one setting, None putting it back; raises SettingsError that says what would be taken."""
    choices = _choices()
    if name not in choices:
        raise SettingsError(f"No setting is called “{clipped(name)}”. There are {', '.join(choices)}.")
    if value == DEFAULT:
        return {name: None}
    read = choices[name].read(value)
    if read is None:
        raise SettingsError(f"{name} takes {choices[name].takes}, or {DEFAULT}; not “{clipped(value)}”.")
    return {name: read}


async def show_or_change(settings: Settings, name: str | None, value: str | None, *, console: Console) -> None:
    """Prints what the workspace has chosen, after the change if one is asked for. Raises SettingsError."""
    if name is not None and value is None:
        parse_choice(name, DEFAULT)
    change = parse_choice(name, value) if name is not None and value is not None else {}
    async with open_services(settings) as services:
        workspace = await services.default_workspace()
        async with services.database.workspace(workspace) as connection:
            known = await (
                change_settings(connection, workspace, change) if change else load_preferences(connection, workspace)
            )
    for one, choice in _choices().items():
        if name in {None, one}:
            console.print(f"{one} = {_told(known, one)}  ({choice.about})", highlight=False, markup=False)


def _told(known: Preferences, name: str) -> str:
    value = known.model_dump(mode="json")[name]
    if value is None:
        return "not set" if name == "record_url" else "as the environment says"
    return " ".join(f"{key}={share:g}" for key, share in value.items()) if isinstance(value, dict) else str(value)
