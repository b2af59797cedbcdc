"""What a rep may not see is not there for them, in any answer: choice, suggestion, card, tab, refresh."""

import json
from typing import Any

import httpx
import pytest

from bot.wiring import Services
from storage.workspaces import change_settings
from tests.bot.conftest import work
from tests.bot.test_audience import choose
from tests.doubles.slack_person import Person
from tests.doubles.slack_server import SlackDouble

JANE = "Jane Doe"


@pytest.fixture
async def only_owners(services: Services, slack: SlackDouble) -> int:
    """A workspace where a rep sees their own contacts alone; U1 owns Jane, U2 nobody."""
    workspace_id = await services.default_workspace()
    [jane] = (await services.engine(workspace_id).find("jane.doe@northwind.example"))[:1]
    slack.web.person("U1", email=jane.contact.owner_email)
    slack.web.person("U2", email="nobody@sales.example")
    await choose(services, workspace_id, "owner")
    return workspace_id


def said(card: dict[str, Any]) -> str:
    return json.dumps(card["blocks"], ensure_ascii=False) + card["text"]


@pytest.mark.usefixtures("only_owners")
@pytest.mark.parametrize("typed", [JANE, "Jane", "Jane Do", "jane.doe@northwind.example", "basic Jane Doe"])
async def test_another_s_contact_is_not_found_nor_suggested(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services, typed: str
) -> None:
    await slack.command(app, JANE)
    await work(services)
    theirs = await slack.command(app, typed, user_id="U2")
    assert "No contact" in theirs.body["text"]
    assert JANE not in said(theirs.body).replace(typed.removeprefix("basic "), "")


@pytest.mark.usefixtures("only_owners")
async def test_the_owner_sees_their_contact(app: httpx.AsyncClient, slack: SlackDouble, services: Services) -> None:
    answer = await slack.command(app, JANE)
    await work(services)
    [card] = slack.posts_to(answer.response_url)
    assert "Pain points" in said(card)


@pytest.mark.parametrize("label", ["Refresh", "Behavioural insights"])
async def test_a_button_pressed_by_whom_the_contact_is_hidden_from_shows_nothing_of_them(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services, only_owners: int, label: str
) -> None:
    first = await slack.command(app, JANE)
    await work(services)
    [card] = slack.posts_to(first.response_url)
    await services.audience.member(only_owners, "U2")
    url = await slack.press(app, card, label, user_id="U2")
    await work(services)
    *_, told = slack.posts_to(url)
    assert ("not yours to see" in told["text"], JANE in said(told)) == (True, False)


@pytest.mark.parametrize("user", [{"id": "UGUEST", "team_id": "T1"}, {"id": "UELSE", "team_id": "T2"}])
async def test_guests_and_strangers_are_told_so(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services, user: dict[str, str]
) -> None:
    slack.web.person("UGUEST", is_restricted=True)
    first = await slack.command(app, JANE)
    await work(services)
    [card] = slack.posts_to(first.response_url)
    url = await slack.press(app, card, "Evidence", user_id=user["id"], user_team_id=user["team_id"])
    [told] = slack.posts_to(url)
    assert "full members of this workspace" in told["text"]


async def test_a_workspace_that_chose_nothing_shows_everyone_everything(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services
) -> None:
    workspace_id = await services.default_workspace()
    async with services.database.workspace(workspace_id) as connection:
        await change_settings(connection, workspace_id, {"visibility": None})
    assert JANE in (await slack.command(app, JANE, user_id="U2")).body["text"]


async def test_an_admin_lets_a_channel_with_guests_have_personas_and_takes_it_back(
    rep: Person, slack: SlackDouble, services: Services
) -> None:
    slack.web.person("UGUEST", is_restricted=True)
    slack.web.person("UADMIN", is_admin=True)
    slack.web.channels["C1"].members |= {"UGUEST", "UADMIN"}
    admin = Person(slack, rep.app, "UADMIN")
    refused = await rep.command("allow")
    allowed = await admin.command("allow")
    await rep.mention(JANE)
    await work(services)
    posted = [m for m in rep.room().messages.values() if m.get("user") == "UBOT"]
    await admin.command("disallow")
    await rep.mention(JANE)
    await work(services)
    again = [m for m in rep.room().messages.values() if m.get("user") == "UBOT"]
    assert refused is not None
    assert allowed is not None
    assert ("Only an admin" in refused.says, "may be shared" in allowed.says) == (True, True)
    assert (len(posted), len(again)) == (1, 1)
