"""Prompt variants, budgets and days: pure arithmetic over what a workspace has chosen."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from persona.errors import SettingsError
from persona.preferences import Budget, Preferences, Spending, day_of, read_preferences
from persona.variants import choose_variant

CONTACTS = [f"c{n}" for n in range(4_000)]


def dealt(**fields: object) -> list[str]:
    """The variant of each of four thousand contacts."""
    preferences = Preferences.model_validate({"workspace_id": 1, **fields})
    return [choose_variant(preferences, contact) for contact in CONTACTS]


def test_contacts_are_dealt_in_the_shares_asked_for() -> None:
    counts = Counter(dealt(variants={"default": 3, "motives": 1}))
    assert counts["default"] + counts["motives"] == 4_000
    assert 900 < counts["motives"] < 1_100


def test_a_contact_keeps_its_variant_and_another_experiment_deals_anew() -> None:
    half = {"default": 1, "motives": 1}
    first = dealt(variants=half)
    assert dealt(variants=half) == first
    for other in (dealt(variants=half, experiment="second"), dealt(variants=half, workspace_id=2)):
        assert 1_800 < sum(a == b for a, b in zip(first, other, strict=True)) < 2_200


def test_a_larger_share_moves_only_those_at_the_border() -> None:
    before, after = dealt(variants={"default": 9, "motives": 1}), dealt(variants={"default": 8, "motives": 2})
    assert not [1 for a, b in zip(before, after, strict=True) if a == "motives" and b == "default"]


@pytest.mark.parametrize("variants", [{}, {"motives": 0}, {"gone": 1}])
def test_without_a_live_variant_it_is_the_default(variants: dict[str, float]) -> None:
    assert set(dealt(variants=variants)) == {"default"}


def test_settings_that_cant_be_used_are_named_and_others_left_alone() -> None:
    with pytest.raises(SettingsError, match=r"Check: daily_tokens, language\.$"):
        read_preferences(1, "UTC", {"language": "German", "daily_tokens": -1})
    assert read_preferences(1, "UTC", {"digest": "weekly", "language": "de"}).language == "de"


@pytest.mark.parametrize(
    ("zone", "begins"),
    [
        ("UTC", datetime(2026, 11, 20, 0, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 11, 20, 23, tzinfo=UTC)),
        ("America/Los_Angeles", datetime(2026, 11, 20, 8, tzinfo=UTC)),
        ("no/where", datetime(2026, 11, 20, 0, tzinfo=UTC)),
    ],
)
def test_a_day_begins_at_midnight_of_the_workspaces_zone(zone: str, begins: datetime) -> None:
    now = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    assert day_of(now, zone)[0] == begins


@pytest.mark.parametrize(
    ("own", "spent", "limit"),
    [
        ({}, Spending(tokens=10**9, usd=4.99), None),
        ({}, Spending(usd=5.0), "$5"),
        ({"daily_budget_usd": 0}, Spending(), "$0"),
        ({"daily_budget_usd": 9}, Spending(usd=8), None),
        ({"daily_tokens": 20_000}, Spending(tokens=20_000), "20,000 tokens"),
    ],
)
def test_a_workspaces_own_budget_goes_before_the_installations(
    own: dict[str, float], spent: Spending, limit: str | None
) -> None:
    assert Budget(usd=5).of(Preferences.model_validate(own)).exceeded_by(spent) == limit
