"""What must not appear twice is sent once, whatever is interrupted; what was certainly not sent is sent later."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.deliveries import Deliveries, Send
from persona.errors import DeliveryError, MaybeSentError
from storage.database import Database
from storage.workspaces import ensure_default_workspace


@pytest.fixture
async def database(sample_url: str) -> AsyncIterator[Database]:
    database = await Database.open(sample_url)
    yield database
    await database.close()


class Slack:
    """Takes messages, or fails as it is told to."""

    def __init__(self, *fails: BaseException) -> None:
        self.fails, self.asked = list(fails), 0

    async def send(self) -> str:
        self.asked += 1
        if self.fails:
            raise self.fails.pop(0)
        return f"ts{self.asked}"


async def tries(database: Database, send: Send, *, times: int = 2) -> list[str]:
    """What each try of the same delivery comes to."""
    workspace_id, ended = await ensure_default_workspace(database), []
    for _ in range(times):
        try:
            ended.append(await Deliveries(database).send(workspace_id, "share:V1", send))
        except (MaybeSentError, DeliveryError, KeyboardInterrupt) as error:
            ended.append(type(error).__name__)
    return ended


async def test_what_was_sent_is_not_sent_again(database: Database) -> None:
    slack = Slack()
    assert (await tries(database, slack.send), slack.asked) == (["ts1", "ts1"], 1)


async def test_what_slack_refused_for_now_is_sent_at_the_next_try(database: Database) -> None:
    slack = Slack(DeliveryError("ratelimited", retry=True))
    assert (await tries(database, slack.send), slack.asked) == (["DeliveryError", "ts2"], 2)


async def test_what_slack_may_have_taken_is_not_sent_again(database: Database) -> None:
    slack = Slack(DeliveryError("internal_error", retry=True, uncertain=True))
    assert (await tries(database, slack.send), slack.asked) == (["MaybeSentError"] * 2, 1)


async def test_what_a_worker_died_over_is_not_sent_again(database: Database) -> None:
    slack = Slack(KeyboardInterrupt())
    assert (await tries(database, slack.send), slack.asked) == (["KeyboardInterrupt", "MaybeSentError"], 1)


async def test_what_follows_is_kept_with_it_or_it_is_not_known_to_be_done(database: Database) -> None:
    slack, kept = Slack(), []
    workspace_id = await ensure_default_workspace(database)

    async def remember(_: AsyncConnection, ts: str) -> None:
        kept.append(ts)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await Deliveries(database).send(workspace_id, "share:V1", slack.send, remember=remember)
    assert (kept, await tries(database, slack.send, times=1)) == (["ts1"], ["MaybeSentError"])
