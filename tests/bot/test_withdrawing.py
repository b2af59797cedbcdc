"""Shared cards that may no longer be shown are taken back, by whatever way that came, and stand again when they may."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import psycopg
import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from rich.console import Console
from sqlalchemy import select

from bot.choosing import show_or_change
from bot.membering import show_or_change_member
from bot.wiring import Services
from storage.database import Database
from storage.tables import contacts
from storage.workspaces import change_settings
from tests.bot.conftest import settings, work
from tests.bot.crm_sender import Sender, allow, contact, deletion, merge
from tests.bot.test_rating import let_ten_seconds_pass, rows
from tests.doubles import slack_events
from tests.doubles.slack_person import Person
from tests.doubles.slack_server import SlackDouble

__all__ = ["rows"]
Rows = psycopg.AsyncConnection[dict[str, Any]]
JANE = "jane.doe@northwind.example"
GONE = "This persona is no longer shown here."
FORGOTTEN = f"{GONE} The contact is not to be profiled, or is no longer in the CRM."
NOT_ALL = f"{GONE} Not everyone here may see this contact, or it is not to be profiled."
QUIET = Console(quiet=True)


@pytest.fixture
async def services(sample_url: str, slack: SlackDouble) -> AsyncIterator[Services]:
    known = settings(slack, persona_secret_key=SecretStr(Fernet.generate_key().decode()))
    made = Services(known, await Database.open(sample_url))
    async with made.queue.open_async():
        await allow(made, await made.default_workspace(), "sample")
        yield made
    await made.close()


@pytest.fixture
def sender(app: httpx.AsyncClient) -> Sender:
    return Sender(app, source="sample")


@pytest.fixture
async def ts(rep: Person, services: Services) -> str:
    """The ts of Jane's card, shared into C1 by an admin."""
    rep.slack.web.person("U1", is_admin=True)
    rep.slack.web.channel("C1").members.update({"U1", "UBOT"})
    await rep.command("Jane Doe")
    await work(services)
    await rep.press("Share…")
    await rep.submit()
    await work(services)
    [(ts, _)] = [(ts, m) for ts, m in rep.room().messages.items() if "Jane Doe" in str(m.get("text"))]
    return ts


def shown(rep: Person, ts: str) -> tuple[str, bool]:
    """What the message says, and whether anything of Jane stands in it."""
    message = rep.room().messages[ts]
    return str(message["text"]), any(word in json.dumps(message["blocks"]) for word in ("Jane", "Northwind"))


async def external_id(services: Services) -> str:
    async with services.database.workspace(await services.default_workspace()) as connection:
        asked = select(contacts.c.external_id).where(contacts.c.email == JANE)
        return str(await connection.scalar(asked))


@pytest.mark.parametrize("how", ["objection", "erasure"])
async def test_the_card_of_a_contact_of_whom_nothing_is_to_be_shown_is_taken_back(
    rep: Person, sender: Sender, services: Services, ts: str, how: str
) -> None:
    jane = await external_id(services)
    before = shown(rep, ts)
    said = contact(jane, "Jane Doe", do_not_profile=True) if how == "objection" else deletion("contact", jane)
    await sender.send([said])
    await merge(services)
    assert (before[1], shown(rep, ts)) == (True, (FORGOTTEN, False))


async def test_a_busy_slack_is_asked_again_and_a_deleted_message_is_let_go(
    rep: Person, slack: SlackDouble, services: Services, sender: Sender, ts: str
) -> None:
    jane = await external_id(services)
    await sender.send([contact(jane, "Jane Doe", do_not_profile=True)])
    slack.busy_answers = 1
    await merge(services)
    busy = shown(rep, ts)[1]
    del rep.room().messages[ts]
    await services.withdrawing.withdraw(workspace_id=await services.default_workspace())
    await services.withdrawing.withdraw(workspace_id=await services.default_workspace())
    assert (busy, slack.api_calls.count("chat.update")) == (True, 2)


async def test_cards_go_when_a_guest_comes_and_are_back_when_the_guest_is_gone(
    rep: Person, slack: SlackDouble, services: Services, ts: str, rows: Rows
) -> None:
    slack.web.person("UGUEST", is_restricted=True)
    members = slack.web.channel("C1").members
    said = []
    for kind, change in (("member_joined_channel", members.add), ("member_left_channel", members.discard)):
        change("UGUEST")
        await slack.event(rep.app, slack_events.member_joined_channel("UGUEST", "C1", slack.web.next_ts(), kind))
        await work(services)
        said.append(shown(rep, ts))
        await let_ten_seconds_pass(rows)
    await work(services)
    assert (said[0][0].startswith(f"{GONE} A guest can read this channel"), said[0][1]) == (True, False)
    assert (shown(rep, ts)[0].startswith(GONE), shown(rep, ts)[1]) == (False, True)


async def test_cards_go_when_another_organisation_reads_and_are_back_when_an_admin_allows_it(
    rep: Person, slack: SlackDouble, services: Services, ts: str, rows: Rows
) -> None:
    slack.web.channel("C1").shared = True
    await slack.event(rep.app, slack_events.channel_shared("C1", slack.web.next_ts()))
    await work(services)
    withdrawn = shown(rep, ts)
    await let_ten_seconds_pass(rows)
    await rep.command("allow")
    await work(services)
    told = withdrawn[0].startswith(f"{GONE} People of another organisation")
    assert (told, withdrawn[1], shown(rep, ts)[1]) == (True, False, True)


async def test_a_member_who_joins_leaves_the_cards_as_they_are(
    slack: SlackDouble, app: httpx.AsyncClient, services: Services, ts: str
) -> None:
    slack.web.person("U2")
    slack.web.channel("C1").members.add("U2")
    await slack.event(app, slack_events.member_joined_channel("U2", "C1", slack.web.next_ts()))
    await work(services)
    assert (ts != "", slack.api_calls.count("chat.update")) == (True, 0)


async def test_people_who_come_and_go_cost_no_job_where_no_card_stands_and_one_where_some_do(
    slack: SlackDouble, app: httpx.AsyncClient, ts: str, rows: Rows
) -> None:
    before = await jobs(rows)
    slack.web.channel("C2")
    for number in range(5):
        for channel_id in ("C1", "C2"):
            event = slack_events.member_joined_channel(f"U{number}", channel_id, slack.web.next_ts())
            await slack.event(app, event)
    after = await jobs(rows)
    assert (ts != "", [name for name in after if name not in before]) == (True, ["review_channel:1:C1"])


async def jobs(rows: Rows) -> list[str]:
    found = await rows.execute("SELECT lock FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id")
    return [row["lock"] for row in await found.fetchall()]


async def test_cards_go_when_the_command_line_lets_members_see_less(
    rep: Person, services: Services, sample_url: str, ts: str, rows: Rows
) -> None:
    rep.slack.web.person("U2")
    rep.slack.web.channel("C1").members.add("U2")
    await show_or_change(settings(database_url=sample_url), "visibility", "owner", console=QUIET)
    await let_a_minute_pass(services, rows)
    assert shown(rep, ts) == (NOT_ALL, False)


async def test_cards_go_when_a_member_becomes_one_who_may_not_see_them(
    rep: Person, services: Services, sample_url: str, ts: str, rows: Rows
) -> None:
    workspace_id = await services.default_workspace()
    async with services.database.workspace(workspace_id) as connection:
        await change_settings(connection, workspace_id, {"visibility": "owner"})
    known: dict[str, Any] = {"team": None, "owner_email": None, "console": QUIET}
    await show_or_change_member(settings(database_url=sample_url), "U1", role="rep", **known)
    await let_a_minute_pass(services, rows)
    assert shown(rep, ts) == (NOT_ALL, False)


async def let_a_minute_pass(services: Services, rows: Rows) -> None:
    services.audience.forget_all(await services.default_workspace())
    await rows.execute("UPDATE procrastinate_jobs SET scheduled_at = scheduled_at - interval '61 s'")
    await work(services)
