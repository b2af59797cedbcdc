"""The manifest, the page about the Slack app and the registered listeners say the same, within Slack's rules."""

import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.scopes import BOT_SCOPES
from bot.wiring import Services

ROOT = Path(__file__).parents[2]
MANIFEST: dict[str, Any] = json.loads((ROOT / "manifest.json").read_text())
FEATURES, SETTINGS = MANIFEST["features"], MANIFEST["settings"]
EVENTS = SETTINGS["event_subscriptions"]["bot_events"]
PAGE = (ROOT / "docs/slack-app.md").read_text()


def heard(services: Services) -> Iterator[tuple[str, str]]:
    """What each listener of the Bolt app hears: the kind Bolt calls it and the name it was registered with."""
    for listener in services.slack_app._async_listeners:  # Bolt tells them in no other way
        test = inspect.getclosurevars(listener.matchers[0].func).nonlocals["func"]
        [name] = inspect.getclosurevars(test).nonlocals.values()
        yield test.__qualname__.split(".")[0], name if isinstance(name, str) else str(name)


def told(heading: str) -> dict[str, str]:
    """The first column of the page's table under a heading, and the rest of each row."""
    section = PAGE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return dict(re.findall(r"^\| `([^`]+)` \| (.+) \|$", section, flags=re.MULTILINE))


def test_what_slack_sends_by_the_manifest_is_what_the_listeners_hear(services: Services) -> None:
    kinds: dict[str, set[str]] = {}
    for kind, name in heard(services):
        kinds.setdefault(kind, set()).add(name)
    shortcuts = {
        kind: {one["callback_id"] for one in FEATURES["shortcuts"] if one["type"] == kind}
        for kind in ("message", "global")
    }
    assert {kind: kinds[kind] for kind in ("command", "event", "message_shortcut", "global_shortcut")} == {
        "command": {one["command"] for one in FEATURES["slash_commands"]},
        "event": {name.split(".")[0] for name in EVENTS},
        "message_shortcut": shortcuts["message"],
        "global_shortcut": shortcuts["global"],
    }


def test_the_page_gives_a_reason_for_everything_and_names_nothing_else() -> None:
    offered = [one["command"] for one in FEATURES["slash_commands"]]
    offered += [one["callback_id"] for one in FEATURES["shortcuts"]]
    scopes = MANIFEST["oauth_config"]["scopes"]["bot"]
    assert list(told("Scopes")) == scopes == list(BOT_SCOPES)
    assert (list(told("Events")), list(told("Command and shortcuts"))) == (EVENTS, offered)


@pytest.mark.parametrize(
    ("texts", "most"),
    [
        ([MANIFEST["display_information"]["name"]], 35),
        ([MANIFEST["display_information"]["description"]], 140),
        ([FEATURES["bot_user"]["display_name"]], 80),
        ([one["command"] for one in FEATURES["slash_commands"]], 32),
        ([one["description"] for one in FEATURES["slash_commands"]], 2_000),
        ([one["usage_hint"] for one in FEATURES["slash_commands"]], 1_000),
        ([one["name"] for one in FEATURES["shortcuts"]], 24),
        ([one["description"] for one in FEATURES["shortcuts"]], 150),
        ([FEATURES["agent_view"]["agent_description"]], 300),
        ([FEATURES["agent_view"]["suggested_prompts"]], 4),
        ([FEATURES["shortcuts"]], 10),
        ([FEATURES["unfurl_domains"]], 5),
        ([EVENTS], 100),
    ],
)
def test_nothing_is_longer_than_slack_takes(texts: list[Any], most: int) -> None:
    """The limits are those of docs.slack.dev/reference/app-manifest and /interactivity/implementing-shortcuts."""
    assert [text for text in texts if not 0 < len(text) <= most] == []


def test_every_address_is_the_one_our_web_process_answers() -> None:
    urls = {one["url"] for one in FEATURES["slash_commands"]}
    urls |= {SETTINGS[name]["request_url"] for name in ("event_subscriptions", "interactivity")}
    assert urls == {"https://YOUR-HOST/slack/events"}
    assert MANIFEST["oauth_config"]["redirect_urls"] == ["https://YOUR-HOST/slack/oauth_redirect"]
    assert SETTINGS["interactivity"]["is_enabled"]
    assert "assistant_view" not in FEATURES
    assert MANIFEST["_metadata"]["major_version"] == 2


def test_the_slack_cli_finds_the_manifest_and_a_command_we_have() -> None:
    hooks = json.loads((ROOT / ".slack/hooks.json").read_text())["hooks"]
    assert hooks == {"get-manifest": "cat manifest.json", "start": ".venv/bin/persona-bot up"}
    assert json.loads((ROOT / ".slack/config.json").read_text()) == {"manifest": {"source": "local"}}
