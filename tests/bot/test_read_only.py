"""A database that may only be read: everybody is told, nothing is taken that can't be kept, and it heals by itself."""

import json

import pytest

from bot.wiring import Services
from tests.bot.conftest import Troubled, work
from tests.doubles import slack_events
from tests.doubles.slack_person import Person
from tests.doubles.slack_server import SlackDouble

READ_ONLY = "The database takes no changes just now, so this could not be done. Nothing was lost;"


async def test_a_command_that_needs_a_promise_says_that_nothing_can_be_written(
    rep: Person, read_only: Troubled
) -> None:
    with read_only():
        shown = await rep.command("Jane Doe")
    assert shown is not None
    assert shown.says.startswith(READ_ONLY)


async def test_a_press_that_needs_a_promise_says_it_beside_the_card(
    rep: Person, services: Services, read_only: Troubled
) -> None:
    await rep.command("Jane Doe")
    await work(services)
    with read_only():
        await rep.press("Refresh")
    assert [shown.says.startswith(READ_ONLY) for shown in rep.sees] == [False, True]


async def test_an_event_that_could_not_be_kept_is_asked_for_again(
    rep: Person, slack: SlackDouble, services: Services, read_only: Troubled
) -> None:
    shown = rep.say("<@UBOT> Jane Doe")
    event = slack_events.app_mention("U1", shown.text, "C1", shown.ts)
    with read_only(), pytest.raises(AssertionError, match="dispatch_failed: 503"):
        await slack.event(rep.app, event, event_id="Ev1")
    await slack.event(rep.app, event, event_id="Ev1", retry=1)
    await work(services)
    answers = [m for m in rep.room().messages.values() if m.get("user") == "UBOT"]
    assert (len(answers), "Jane Doe" in json.dumps(answers)) == (1, True)
