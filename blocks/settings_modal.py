"""The form in which an admin chooses a workspace's settings: each with its present value."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from slackblocks import (
    Block,
    CheckboxGroup,
    ConversationFilter,
    ConversationSelectMenu,
    InputBlock,
    Option,
    PlainText,
    PlainTextInput,
    StaticSelectMenu,
)

from blocks.card import Card, build_card
from blocks.modal import Modal
from blocks.text import line, mrkdwn
from persona.preferences import Calls, RefreshPolicy
from persona.visibility import Visibility

SETTINGS_ACTION: Final = "home_settings"
"""The action id of the button that opens the form."""
SETTINGS_FORM: Final = "workspace_settings"
"""The form's callback id. Blocks and elements are called as the setting is."""
VISIBILITY: Final = "visibility"
LANGUAGE: Final = "language"
BUDGET: Final = "daily_budget_usd"
TOKENS: Final = "daily_tokens"
VARIANTS: Final = "variants"
RECORD_URL: Final = "record_url"
KEEP_DAYS: Final = "keep_days_after_uninstall"
KEEP_HISTORY: Final = "keep_history_days"
REFRESH: Final = "refresh"
CALLS: Final = "refresh_calls"
TEXTS: Final = (BUDGET, TOKENS, RECORD_URL, KEEP_DAYS, KEEP_HISTORY)
DIGEST_CHANNEL: Final = "digest_channel"
DIGEST_WEEKDAY: Final = "digest_weekday"
DIGEST_HOUR: Final = "digest_hour"
SELECTS: Final = (VISIBILITY, LANGUAGE, REFRESH, CALLS, DIGEST_WEEKDAY, DIGEST_HOUR)
DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TITLE: Final = "Settings"
_SEEN: Final = {
    Visibility.EVERYONE: "Every contact",
    Visibility.TEAM: "Contacts of their team",
    Visibility.OWNER: "Only their own contacts",
}
_REFRESHED: Final = {
    RefreshPolicy.MONTHLY: "Once a month",
    RefreshPolicy.NEWS: "Once a month, and after news",
    RefreshPolicy.OFF: "Only when somebody asks",
}
_ASKED: Final = {
    Calls.SINGLE: "One by one, over three days",
    Calls.BATCH: "In batches, within a day, at half the price",
}
_MOST_TICKED: Final = 10  # docs.slack.dev/reference/block-kit/block-elements/checkboxes-element


@dataclass(frozen=True, slots=True)
class SettingsShown:
    """The present values, texts "" where nothing is set; the variants and languages (by code) there are to choose."""

    visibility: Visibility
    language: str
    refresh: RefreshPolicy
    refresh_calls: Calls
    digest_channel: str | None
    digest_weekday: int
    digest_hour: int
    texts: Mapping[str, str]
    live: frozenset[str]
    variants: Sequence[str]
    languages: Mapping[str, str]


def settings_modal() -> Modal:
    """The frame of the form."""
    return Modal(_TITLE, SETTINGS_FORM, submit="Save", close="Cancel")


def settings_form(shown: SettingsShown) -> Card:
    """The inputs."""
    return build_card(mrkdwn(f"{_TITLE} of this workspace"), list(_inputs(shown)))


def refused(takes: str) -> str:
    """What stands below a field whose value can't be taken."""
    return f"This takes {takes}. Leave it empty for the default."


def who_sees(visibility: Visibility) -> str:
    """Whose contacts a rep sees, as the form calls it."""
    return _SEEN[visibility]


def _inputs(shown: SettingsShown) -> Iterator[Block]:
    seen = {one.value: label for one, label in _SEEN.items()}
    yield _select("A rep sees", VISIBILITY, seen, shown.visibility.value)
    yield _select("Personas are written in", LANGUAGE, shown.languages, shown.language)
    again = {one.value: label for one, label in _REFRESHED.items()}
    yield _select("Personas are written anew", REFRESH, again, shown.refresh.value)
    asked = {one.value: label for one, label in _ASKED.items()}
    yield _select("Once a month the model is asked", CALLS, asked, shown.refresh_calls.value)
    yield _channel(shown.digest_channel)
    days = {name: name.capitalize() for name in DAYS}
    yield _select("The digest comes on", DIGEST_WEEKDAY, days, DAYS[shown.digest_weekday])
    hours = {str(hour): f"{hour:02}:00" for hour in range(24)}
    yield _select("At this hour of the workspace's time zone", DIGEST_HOUR, hours, str(shown.digest_hour))
    yield _text("Most US dollars a day", BUDGET, shown, "Such as 2.50. Empty: as the installation says.")
    yield _text("Most tokens a day", TOKENS, shown, "A whole number. Empty: as the installation says.")
    yield _variants(shown)
    yield _text(
        "Where the CRM shows a contact",
        RECORD_URL,
        shown,
        "Such as https://crm.example/contacts/{id}. Empty: no links.",
    )
    yield _text("Days data stay once Slack removes the app", KEEP_DAYS, shown, "Such as 30; 0 deletes at once.")
    yield _text(
        "Days that threads and tries at writing are kept", KEEP_HISTORY, shown, "Such as 365. Personas are kept longer."
    )


def _select(label: str, name: str, offered: Mapping[str, str], chosen: str) -> InputBlock:
    options = {value: Option(PlainText(line(text, 75)), value) for value, text in offered.items()}
    select = StaticSelectMenu(name, list(options.values()), initial_option=options.get(chosen))
    return InputBlock(label, select, block_id=name)


def _channel(chosen: str | None) -> InputBlock:
    only = ConversationFilter(include=["public", "private"], exclude_external_shared_channels=True)
    select = ConversationSelectMenu(action_id=DIGEST_CHANNEL, initial_conversation=chosen, filter=only)
    hint = "Everyone there reads it. Persona must be in the channel. Empty: no digest."
    return InputBlock("Weekly digest for managers in", select, block_id=DIGEST_CHANNEL, optional=True, hint=hint)


def _text(label: str, name: str, shown: SettingsShown, hint: str) -> InputBlock:
    field = PlainTextInput(action_id=name, initial_value=shown.texts[name] or None, max_length=500)
    return InputBlock(label, field, block_id=name, optional=True, hint=hint)


def _variants(shown: SettingsShown) -> InputBlock:
    options = {name: Option(PlainText(line(name, 75)), name) for name in shown.variants[:_MOST_TICKED]}
    begun = [option for name, option in options.items() if name in shown.live]
    ticked = CheckboxGroup(VARIANTS, list(options.values()), initial_options=begun or None)
    return InputBlock("Live prompt variants", ticked, block_id=VARIANTS, hint="Contacts are dealt among those ticked.")
