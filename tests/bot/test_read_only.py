"""A database that may only be read: everybody is told, nothing is taken that can't be kept, and it heals by itself."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from bot.wiring import Services
from storage.embedded import EmbeddedServer
from tests.bot.conftest import work
from tests.doubles import slack_events
from tests.doubles.slack_person import Person
from tests.doubles.slack_server import SlackDouble

READ_ONLY = "The database may only be read just now, so this can't be kept. Nothing was lost; try again in a minute."
Troubled = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def read_only(server: EmbeddedServer, services: Services) -> Troubled:
    """While the block runs, the database of the services may only be read; their connections are new in it."""
    name = str(conninfo_to_dict(services.database.conninfo)["dbname"])

    def change(to: sql.SQL) -> None:
        cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("ALTER DATABASE {} {}").format(sql.Identifier(name), to))
            connection.execute(cut, [name])

    @contextmanager
    def troubled() -> Iterator[None]:
        change(sql.SQL("SET default_transaction_read_only = on"))
        yield
        change(sql.SQL("RESET default_transaction_read_only"))

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
