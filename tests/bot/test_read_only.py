"""A database that may only be read: everybody is told, nothing is taken that can't be kept, and it heals by itself."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import LiteralString

import psycopg
import pytest

from bot.wiring import Services
from storage.embedded import EmbeddedServer
from tests.bot.conftest import work
from tests.doubles import slack_events
from tests.doubles.slack_person import Person
from tests.doubles.slack_server import SlackDouble

READ_ONLY = "The database takes no changes just now, so this could not be done. Nothing was lost;"
Troubled = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def read_only(server: EmbeddedServer) -> Troubled:
    """While the block runs, the server's databases may only be read, in sessions that are open already too."""

    def change(to: LiteralString) -> None:
        with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as connection:
            connection.execute("SET default_transaction_read_only = off")
            connection.execute(f"ALTER SYSTEM {to}")
            connection.execute("SELECT pg_reload_conf()")
        wanted = "on" if to.startswith("SET") else "off"
        while True:  # the server reads it soon after
            with psycopg.connect(server.url("postgres", "postgres")) as connection:
                if connection.execute("SHOW default_transaction_read_only").fetchone() == (wanted,):
                    return

    @contextmanager
    def troubled() -> Iterator[None]:
        change("SET default_transaction_read_only = on")
        yield
        change("RESET default_transaction_read_only")

    return troubled


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
