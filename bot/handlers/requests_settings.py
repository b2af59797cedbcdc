"""Payloads of the settings form as frozen values: it was asked for, it was sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from blocks.settings_modal import DIGEST_CHANNEL, SELECTS, TEXTS, VARIANTS
from bot.actors import Actor
from bot.handlers.requests import parse_actor


@dataclass(frozen=True, slots=True)
class SettingsAsked:
    """Settings… was pressed; the trigger opens a modal for three seconds."""

    actor: Actor
    trigger_id: str


@dataclass(frozen=True, slots=True)
class SettingsSubmitted:
    """The form was sent: what stands in each field by the setting's name ("" for nothing), and the variants chosen."""

    actor: Actor
    texts: Mapping[str, str]
    variants: frozenset[str]


def parse_settings_asked(body: Mapping[str, Any]) -> SettingsAsked:
    """The pressed button."""
    return SettingsAsked(parse_actor(body), str(body["trigger_id"]))


def parse_settings(body: Mapping[str, Any]) -> SettingsSubmitted:
    """The view_submission of the form; raises KeyError and AttributeError on a form we did not open."""
    values = body["view"]["state"]["values"]
    texts = {name: str(values[name][name].get("value") or "").strip() for name in TEXTS}
    for name in SELECTS:
        texts[name] = str((values[name][name].get("selected_option") or {}).get("value") or "")
    texts[DIGEST_CHANNEL] = str(values[DIGEST_CHANNEL][DIGEST_CHANNEL].get("selected_conversation") or "")
    ticked = values[VARIANTS][VARIANTS].get("selected_options") or []
    return SettingsSubmitted(parse_actor(body), texts, frozenset(str(one["value"]) for one in ticked))
