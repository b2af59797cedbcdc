"""The Home of each role, and what an admin sets and reads there: made by hand, on a day that stands still."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from blocks import export_form, settings_modal
from blocks.home import Figures, Home, Row, empty_home, home, why_waiting, written_on
from blocks.home_health import Failed, Health
from blocks.modal import Modal
from blocks.rungs import Rung
from blocks.status_card import Link, Standing, Workings, status_card
from persona.preferences import Calls, RefreshPolicy
from persona.visibility import Visibility
from tests.blocks.weeks import FULL_WEEK
from tests.gallery.picture import Picture

HOME: Final = "slack://app?team=T1&id=A1&tab=home"
_NOW: Final = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def _why(*, quiet: bool, stale: bool, quality: float) -> str:
    silent = _NOW - timedelta(days=34)
    return why_waiting(quiet=quiet, stale=stale, quality=quality, low=30, last_own_action=silent)


_WAITING: Final = (
    Row(1, "Deondre Wells", _why(quiet=True, stale=True, quality=71)),
    Row(2, "Omar Haddad", _why(quiet=False, stale=True, quality=64)),
    Row(3, "Rafael Quint", _why(quiet=False, stale=False, quality=22)),
)
_NEWEST: Final = (Row(4, "Jane Doe", written_on(_NOW)), Row(5, "Katrin Vogel", written_on(_NOW - timedelta(days=3))))
_FIGURES: Final = Figures(
    contacts=FULL_WEEK.contacts,
    with_persona=FULL_WEEK.with_persona,
    quality=FULL_WEEK.quality,
    measured=FULL_WEEK.measured,
    of_day=4,
    of_week=11,
    failed=0,
    stars=4.1,
    ratings=31,
    low=3.9,
    high=4.3,
    active=FULL_WEEK.active,
    weeks=FULL_WEEK.weeks,
    industries=FULL_WEEK.industries,
)
_HEALTH: Final = Health(
    link=Link.ANSWERS,
    by_link=True,
    model="gpt-4o-mini",
    newest_interaction_at=_NOW - timedelta(hours=14),
    waiting=3,
    failed=Failed(2, 2, "Write a persona", _NOW - timedelta(hours=2)),
    visibility=Visibility.TEAM,
    language="English",
)
_STANDING: Final = Standing(
    Link.ANSWERS,
    59,
    _NOW - timedelta(days=1),
    _NOW - timedelta(hours=14),
    Workings(
        model="gpt-4o-mini",
        variants={"default": 3.0, "short": 1.0},
        usd_left=4.2,
        tokens_left=None,
        waiting=3,
        oldest_at=_NOW - timedelta(minutes=2),
        failed=2,
        personas=24,
        out_of_date=2,
    ),
)
_SETTINGS: Final = settings_modal.SettingsShown(
    visibility=Visibility.TEAM,
    language="en",
    refresh=RefreshPolicy.NEWS,
    refresh_calls=Calls.BATCH,
    digest_channel="C1",
    digest_weekday=0,
    digest_hour=8,
    texts=dict.fromkeys(settings_modal.TEXTS, "") | {settings_modal.BUDGET: "5"},
    live=frozenset({"default", "short"}),
    variants=("default", "short"),
    languages={"en": "English", "de": "German"},
)


def homes() -> Iterator[Picture]:
    """A rep's, a manager's, an admin's and an empty Home; status, settings and exports."""
    yield Picture("home", "Home of a rep", home(Home(_WAITING, _NEWEST), Rung.NATIVE))
    yield Picture("home-manager", "Home of a manager", home(Home(_WAITING, _NEWEST, _FIGURES), Rung.NATIVE))
    yield Picture("home-fields", "Home without charts", home(Home((), _NEWEST, _FIGURES), Rung.FIELDS))
    yield Picture("home-admin", "Home of an admin", home(Home(_WAITING, _NEWEST, _FIGURES, _HEALTH), Rung.NATIVE))
    yield Picture("home-empty", "Home before any data is there", empty_home(workspace_is_empty=True, health=_HEALTH))
    yield Picture("home-nobody", "Home of who may see nobody", empty_home(workspace_is_empty=False))
    yield Picture("status", "Status", status_card(_STANDING, now=_NOW))
    yield Picture("settings", "Settings", settings_modal.settings_form(_SETTINGS), settings_modal.settings_modal())
    yield Picture("export", "Export", export_form.export_form(), export_form.export_modal(1, 1))
    yield Picture("exported", "Exported", export_form.exported("persona-jane-doe.pdf"), Modal("Persona"))
