"""What a workspace has chosen for the writing of its personas: language, daily budget, live prompt variants."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from persona.errors import SettingsError
from persona.record_links import check_pattern
from persona.visibility import Visibility

_Share = Annotated[float, Field(ge=0, allow_inf_nan=False)]
_UTC: Final = "UTC"
LEAST_HISTORY_DAYS: Final = 35
"""The Home and the digest compare weeks."""


class RefreshPolicy(StrEnum):
    """When personas are written anew by themselves."""

    OFF = "off"
    MONTHLY = "monthly"
    NEWS = "news"
    """Monthly, and soon after the contact did something, or a deal of theirs moved."""


class Calls(StrEnum):
    """How a month's personas are asked of a model."""

    SINGLE = "single"
    BATCH = "batch"
    """Together, within a day, at half the price."""


class Preferences(BaseModel):
    """A workspace's own settings, as they stand in workspaces.settings; other keys there are not ours to read.

    `variants` are the live prompt variants with their shares, of any sum; `experiment` names what they are tried for:
    another name deals the contacts anew. A budget of None is the installation's. `record_url` is the address of a
    contact's record in the CRM, with {id} for the contact's id. `refresh` says when personas are written anew, and
    `refresh_calls` how a month's are asked of a model.
    Managers get a digest in `digest_channel`, if any, on `digest_weekday` (0 is Monday) at `digest_hour`. When
    the app is removed from Slack, the data stay `keep_days_after_uninstall`; 0 deletes them at once. What was asked in
    threads, and how each try at writing went, is kept for `keep_history_days`.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")
    workspace_id: int = 0
    time_zone: str = _UTC
    language: str = Field(default="en", pattern="^[a-z]{2,3}$")
    daily_budget_usd: float | None = Field(default=None, ge=0)
    daily_tokens: int | None = Field(default=None, ge=0)
    experiment: str = Field(default="persona", max_length=80)
    variants: dict[str, _Share] = Field(default_factory=lambda: {"default": 1.0})
    visibility: Visibility = Visibility.EVERYONE
    refresh: RefreshPolicy = RefreshPolicy.MONTHLY
    refresh_calls: Calls = Calls.SINGLE
    digest_channel: str | None = Field(default=None, pattern="^[CG][A-Z0-9]{1,20}$")
    digest_weekday: int = Field(default=0, ge=0, le=6)
    digest_hour: int = Field(default=9, ge=0, le=23)
    keep_days_after_uninstall: int = Field(default=30, ge=0, le=3650)
    keep_history_days: int = Field(default=365, ge=LEAST_HISTORY_DAYS, le=3650)
    record_url: Annotated[str, AfterValidator(check_pattern)] | None = None


@dataclass(frozen=True, slots=True)
class Spending:
    """What models took in some time: tokens in and out, and US dollars."""

    tokens: int = 0
    usd: float = 0.0


@dataclass(frozen=True, slots=True)
class Budget:
    """The most a workspace may take of a model in one day of its own zone; None is no limit."""

    usd: float | None = None
    tokens: int | None = None

    def of(self, preferences: Preferences) -> "Budget":
        """The budget with what a workspace has set itself."""
        usd, tokens = preferences.daily_budget_usd, preferences.daily_tokens
        return Budget(self.usd if usd is None else usd, self.tokens if tokens is None else tokens)

    @property
    def limits(self) -> bool:
        """Whether there is anything to keep to."""
        return self.usd is not None or self.tokens is not None

    def exceeded_by(self, spent: Spending) -> str | None:
        """Which limit is reached, in words, or None."""
        if self.usd is not None and spent.usd >= self.usd:
            return f"${self.usd:g}"
        if self.tokens is not None and spent.tokens >= self.tokens:
            return f"{self.tokens:,} tokens"
        return None


def read_preferences(workspace_id: int, time_zone: str, settings: Mapping[str, Any]) -> Preferences:
    """The preferences of a row of `workspaces`; raises SettingsError that names every key whose value can't be used."""
    try:
        return Preferences.model_validate({**settings, "workspace_id": workspace_id, "time_zone": time_zone})
    except ValidationError as error:
        wrong = ", ".join(sorted({str(e["loc"][0]) for e in error.errors()}))
        raise SettingsError(f"The workspace's settings are not usable. Check: {wrong}.") from None


def day_of(now: datetime, time_zone: str) -> tuple[datetime, datetime]:
    """The midnights, aware, that begin and end the day of `now` in a zone; of an unknown zone in UTC."""
    try:
        zone = ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo(_UTC)
    begins = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return begins, begins + timedelta(days=1)
