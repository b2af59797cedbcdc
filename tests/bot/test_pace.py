"""Cards come into a channel at a person's pace: what is too much is told, not posted."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.wiring import Services
from storage.database import Database
from storage.posts import posted_lately
from tests.bot.conftest import settings, work
from tests.bot.test_share import JANE, open_form, posted, told
from tests.doubles.slack_person import Person
from tests.doubles.slack_server import SlackDouble

MINUTE = timedelta(minutes=1)
YOU = "You have shared 1 persona in the last minute, as many as one person may."
HERE = "2 personas came into this channel in the last minute, as many as may."


@pytest.fixture
async def services(sample_url: str, slack: SlackDouble) -> AsyncIterator[Services]:
    """One card a minute and person, two a minute and channel."""
    paced = settings(slack, shares_per_person=1, shares_per_channel=2)
    made = Services(paced, await Database.open(sample_url))
    async with made.queue.open_async():
        yield made
    await made.close()


async def share(rep: Person, services: Services) -> None:
    await open_form(rep, services)
    await rep.submit()
    await work(services)


async def put(services: Services, *, by: str, channel_id: str, seconds_ago: int, times: int = 1) -> None:
    """Cards of the first version of Jane's persona that stand in a thread there already."""
    workspace_id = await services.default_workspace()
    row = text("""
        INSERT INTO persona_posts (workspace_id, persona_id, contact_id, channel_id, message_ts, posted_by,
            posted_at, thread_ts)
        SELECT p.workspace_id, p.id, p.contact_id, :channel, :by || :ago || n, :by,
            now() - :ago * interval '1 second', '1.1'
        FROM customer_personas p, generate_series(1, :times) n WHERE p.version = 1 LIMIT :times""")
    bound = {"channel": channel_id, "by": by, "ago": seconds_ago, "times": times}
    async with services.database.workspace(workspace_id) as connection:
        await connection.execute(row, bound)


@pytest.mark.parametrize(("stand", "reason"), [(("U1", "C9", 1), YOU), (("U2", "C1", 2), HERE)])
async def test_too_many_in_a_minute_are_told_in_the_form_and_not_posted(
    rep: Person, services: Services, stand: tuple[str, str, int], reason: str
) -> None:
    by, channel_id, times = stand
    await open_form(rep, services)
    await put(services, by=by, channel_id=channel_id, seconds_ago=50, times=times)
    await rep.submit()
    await work(services)
    assert (reason in told(rep), "Please wait a minute" in told(rep), posted(rep)) == (True, True, [])


async def test_after_a_minute_it_is_posted(rep: Person, services: Services) -> None:
    await open_form(rep, services)
    await put(services, by="U1", channel_id="C1", seconds_ago=61, times=2)
    await rep.submit()
    await work(services)
    assert ("The persona is posted" in told(rep), len(posted(rep))) == (True, 1)


async def test_a_mention_too_many_is_answered_to_the_asker_alone(rep: Person, services: Services) -> None:
    await share(rep, services)
    await rep.mention(JANE)
    await work(services)
    assert len(posted(rep)) == 1
    [whispered] = [shown for shown in rep.sees if YOU in shown.says]
    assert "Pain points" in whispered.says


async def test_only_the_workspace_s_own_cards_of_the_last_minute_count(rep: Person, services: Services) -> None:
    await share(rep, services)
    await put(services, by="U1", channel_id="C2", seconds_ago=30)
    await put(services, by="U1", channel_id="C1", seconds_ago=70)
    counted = []
    workspace_id = await services.default_workspace()
    for asked in (workspace_id, workspace_id + 1):
        async with services.database.workspace(asked) as connection:
            counted.append(await posted_lately(connection, asked, channel_id="C1", by="U1", within=MINUTE))
    assert counted == [(2, 1), (0, 0)]
