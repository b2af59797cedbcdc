"""A promise ends in one card, or in one sentence, where the person looks."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from procrastinate import App

from blocks.card import Card
from bot.ladder import Render, just
from bot.posting import Reply
from bot.promises import MAX_ATTEMPTS, OUTAGE_ATTEMPTS, QUEUE, Promises, Task, register_promises
from bot.queue import build_queue
from persona.errors import ChannelRefusedError, DeliveryError
from storage.database import Database
from tests.bot.conftest import poster_to
from tests.doubles.slack_server import SlackDouble


@pytest.fixture
async def queue(database: Database) -> AsyncIterator[App]:
    queue = build_queue(database.conninfo)
    async with queue.open_async():
        yield queue


async def keep(queue: App, database: Database, slack: SlackDouble, task: Task, **arguments: Any) -> list[str]:
    """Promises `task`, works until nothing is due; what the person was told through the response_url."""
    register_promises(queue, {"try": task}, poster=poster_to(slack))
    url = slack.new_response_url()
    await Promises(queue, database).make("try", Reply(1, "U1", response_url=url), **arguments)
    for _ in range(OUTAGE_ATTEMPTS + 1):
        await queue.run_worker_async(queues=[QUEUE], wait=False, install_signal_handlers=False)
        async with queue.connector.pool.connection() as connection:  # type: ignore[attr-defined]
            await connection.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")
    return [post["text"] for post in slack.posts_to(url)]


async def test_what_a_task_returns_is_shown_with_its_arguments_read(
    queue: App, database: Database, slack: SlackDouble
) -> None:
    async def task(*, reply: Reply, name: str) -> Render:
        return just(Card(f"{name} for {reply.user_id}", []))

    assert await keep(queue, database, slack, task, name="Jane") == ["Jane for U1"]


async def test_a_task_that_fails_once_is_tried_again_and_tells_nothing_of_it(
    queue: App, database: Database, slack: SlackDouble
) -> None:
    tries = []

    async def task(*, reply: Reply) -> Render:
        tries.append(reply)
        if len(tries) == 1:
            raise DeliveryError("ratelimited", retry=True, after_s=1)
        return just(Card("done", []))

    assert (await keep(queue, database, slack, task), len(tries)) == (["done"], 2)


async def test_a_task_that_always_fails_is_told_once_at_the_end(
    queue: App, database: Database, slack: SlackDouble
) -> None:
    tries = []

    async def task(*, reply: Reply) -> Render:
        tries.append(reply)
        raise ValueError("nobody may read this")

    [told] = await keep(queue, database, slack, task)
    assert (told.startswith("Something went wrong on our side."), len(tries)) == (True, MAX_ATTEMPTS)


async def test_a_modal_closed_meanwhile_is_no_failure(
    queue: App, database: Database, slack: SlackDouble, capsys: pytest.CaptureFixture[str]
) -> None:
    async def task(*, reply: Reply) -> Render:
        raise DeliveryError("not_found", retry=False)

    assert await keep(queue, database, slack, task) == []
    output = capsys.readouterr()
    assert "reference" not in output.out + output.err


async def test_what_another_try_cannot_mend_is_told_at_once(queue: App, database: Database, slack: SlackDouble) -> None:
    tries = []

    async def task(*, reply: Reply) -> Render:
        tries.append(reply)
        raise ChannelRefusedError("Guests are in this channel.")

    [told] = await keep(queue, database, slack, task)
    assert (told, len(tries)) == ("Guests are in this channel.", 1)


@pytest.mark.parametrize(("retry", "tried"), [(False, 1), (True, OUTAGE_ATTEMPTS)])
async def test_what_slack_does_not_take_is_told_once_where_somebody_waits(
    queue: App, database: Database, slack: SlackDouble, retry: bool, tried: int
) -> None:
    tries = []

    async def task(*, reply: Reply) -> Render:
        tries.append(reply)
        raise DeliveryError("missing_scope", retry=retry)

    [told] = await keep(queue, database, slack, task)
    assert (told.startswith("Slack did not take what was to be shown"), len(tries)) == (True, tried)


async def test_a_failure_that_slack_does_not_take_at_first_is_told_when_it_is_back(
    queue: App, database: Database, slack: SlackDouble
) -> None:
    slack.busy_answers = 3

    async def task(*, reply: Reply) -> Render:
        raise ValueError("nobody may read this")

    [told] = await keep(queue, database, slack, task)
    assert (told.startswith("Something went wrong on our side."), slack.busy_answers) == (True, 0)
