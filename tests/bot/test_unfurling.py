"""Links to contacts in messages, as Slack tells of them, over signed HTTP."""

import json
from typing import Any

import httpx
import pytest

from bot.wiring import Services
from storage.workspaces import change_settings
from tests.bot.conftest import work
from tests.doubles.slack_events import link_shared
from tests.doubles.slack_server import SlackDouble

PATTERN = "https://crm.example/contacts/{id}"


@pytest.fixture
async def link(services: Services) -> str:
    """A link to Jane's record."""
    workspace_id = await services.default_workspace()
    async with services.database.workspace(workspace_id) as connection:
        await change_settings(connection, workspace_id, {"record_url": PATTERN})
    [jane] = (await services.engine(workspace_id).find("jane.doe@northwind.example"))[:1]
    return PATTERN.replace("{id}", jane.contact.contact_id)


async def paste(
    slack: SlackDouble, app: httpx.AsyncClient, services: Services, url: str, *, event_id: str = "EvL1", **changes: Any
) -> None:
    event = link_shared("U1", url, "C1", "1763800000.000100", **changes)
    assert (await slack.deliver(app, event, event_id=event_id)).status_code == 200
    await work(services)


async def show_only_owned(services: Services) -> None:
    workspace_id = await services.default_workspace()
    async with services.database.workspace(workspace_id) as connection:
        await change_settings(connection, workspace_id, {"visibility": "owner"})


async def test_a_link_to_a_contact_gets_a_short_card_under_the_link_exactly_as_sent(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services, link: str
) -> None:
    slack.web.channel("C1")
    sent = f"{link}?from=mail&amp;x=1"
    await paste(slack, app, services, sent)
    [call] = slack.web.unfurls
    [(url, card)] = call["unfurls"].items()
    said = json.dumps(card["blocks"])
    assert (url, call["unfurl_id"], call["source"]) == (sent, "C1.1763800000.000100.u", "conversations_history")
    assert ("Jane Doe" in said, "No persona is written yet" in said, "My view" in said) == (True, True, True)
    assert len(card["blocks"]) <= 5


async def test_a_written_persona_is_summed_up(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services, link: str
) -> None:
    engine = services.engine(await services.default_workspace())
    persona = (await engine.ask((await engine.resolve("jane.doe@northwind.example")).key)).persona
    assert persona is not None
    assert persona.summary is not None
    slack.web.channel("C1")
    await paste(slack, app, services, link)
    [call] = slack.web.unfurls
    assert persona.summary.text in json.dumps(call["unfurls"][link]["blocks"], ensure_ascii=False)


async def test_the_same_event_again_is_answered_once(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services, link: str
) -> None:
    slack.web.channel("C1")
    for _ in range(2):
        await paste(slack, app, services, link)
    assert len(slack.web.unfurls) == 1


async def test_nothing_is_shown_while_the_link_is_being_typed(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services, link: str
) -> None:
    slack.web.channel("C1")
    await paste(slack, app, services, link, typing=True)
    assert slack.web.unfurls == []


async def test_nothing_is_shown_where_a_guest_reads(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services, link: str
) -> None:
    slack.web.person("UGUEST", is_restricted=True)
    channel = slack.web.channel("C1", members={"UBOT", "U1", "UGUEST"})
    await paste(slack, app, services, link)
    assert (slack.web.unfurls, channel.messages, channel.whispers) == ([], {}, [])


async def test_nothing_is_shown_where_a_member_may_not_see_the_contact(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services, link: str
) -> None:
    await show_only_owned(services)
    slack.web.person("U2", email="nobody@sales.example")
    slack.web.channel("C1", members={"UBOT", "U1", "U2"})
    await paste(slack, app, services, link)
    assert slack.web.unfurls == []


async def test_nothing_is_shown_to_who_belongs_to_another_organisation(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services, link: str
) -> None:
    slack.web.channel("C1")
    await paste(slack, app, services, link, user_team="TOTHER")
    assert slack.web.unfurls == []


@pytest.mark.parametrize("url", ["https://crm.example/contacts/nobody", "https://other.example/contacts/c1"])
async def test_other_links_are_left_alone(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services, link: str, url: str
) -> None:
    slack.web.channel("C1")
    await paste(slack, app, services, url)
    assert (slack.web.unfurls, link.startswith("https://crm.example")) == ([], True)
