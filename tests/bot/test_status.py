"""`/persona status`, as an admin and as a rep type it."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from bot.metrics import Metrics
from bot.posting import Reply
from bot.slack_calls import SlackCalls
from bot.status import Status
from bot.wiring import Services
from persona.preferences import Budget
from persona.visibility import MemberRole, Viewer
from storage.status import backlog_of
from tests.bot.test_audience import choose
from tests.doubles.slack_person import Person
from tests.doubles.slack_server import SlackDouble

JOB = {"contact_key": 1, "tab": "persona", "version": 0}


@pytest.fixture
def admin(slack: SlackDouble) -> str:
    """U1 is an admin at Slack."""
    slack.web.person("U1", is_admin=True)
    return "U1"


async def told(rep: Person, typed: str = "status") -> str:
    """What the answer says."""
    shown = await rep.command(typed)
    assert shown is not None
    return shown.text


@pytest.mark.usefixtures("admin")
async def test_an_admin_reads_how_everything_stands(rep: Person, services: Services) -> None:
    workspace_id = await services.default_workspace()
    for asked_by in (workspace_id, workspace_id, workspace_id + 1):
        await services.promises.make("show_tab", Reply(asked_by, "U1"), **JOB)
    said = await told(rep, "Status")
    async with services.database.workspace(workspace_id) as connection:
        contacts = await connection.scalar(text("SELECT count(*) FROM contacts"))
    for fact in (
        "Slack: connected",
        f"Contacts: {contacts}. Newest change by an import: ",
        "Personas are written by: rules, without a model",
        "Budget left today: none is needed",
        "Jobs waiting: 2, the oldest for 0 min",
        "Jobs failed: 0",
    ):
        assert fact in said


async def test_a_rep_reads_of_their_own_contacts_and_nothing_of_the_queue(
    rep: Person, slack: SlackDouble, services: Services
) -> None:
    workspace_id = await services.default_workspace()
    await choose(services, workspace_id, "owner")
    slack.web.person("U1", email="nobody@sales.example")
    assert await told(rep) == (
        "How Persona stands. Slack: connected: Slack takes the bot's token. Contacts: none that you may see. "
        "Newest change by an import: none yet. Newest interaction: none yet. "
        "Contacts are those you may see. Admins also see what the writing and the queue are at."
    )


@pytest.mark.parametrize(("token", "verdict"), [("xoxb-test", "connected"), ("xoxb-revoked", "Slack refuses")])
async def test_slack_s_word_on_the_token_is_asked_each_time(services: Services, token: str, verdict: str) -> None:
    async def token_of(_: int) -> str:
        return token

    calls, clock = SlackCalls(services.slack_client, token_of, Metrics()), lambda: datetime.now(UTC)
    status = Status(
        database=services.database, calls=calls, tokens=services.tokens, model=None, budget=Budget(), clock=clock
    )
    card = await status.card(await services.default_workspace(), Viewer("U1", MemberRole.REP, None))
    assert card.text.startswith(f"How Persona stands. Slack: {verdict}")


async def test_a_guest_reads_nothing(rep: Person, slack: SlackDouble) -> None:
    slack.web.person("U1", is_restricted=True)
    assert "Contacts:" not in await told(rep)


async def test_a_job_that_failed_is_counted_and_one_of_later_does_not_wait(services: Services) -> None:
    workspace_id = await services.default_workspace()
    reply = Reply(workspace_id, "U1")
    await services.promises.make("show_tab", reply, **{**JOB, "contact_key": 0, "tab": "no such tab"})
    await services.promises.make_once("redraw", reply, name="later", after_s=3_600, arguments={})
    async with services.database.workspace(workspace_id) as connection:
        await connection.execute(text("UPDATE procrastinate_jobs SET status = 'failed' WHERE task_name = 'show_tab'"))
        now = await connection.scalar(text("SELECT now()"))
        found = await backlog_of(connection, workspace_id, now=now)
    assert (found.waiting, found.oldest_at, found.failed) == (0, None, 1)
