"""`@Persona Jane Doe` as people use it in a channel, over signed HTTP."""

import json
from typing import Any

import httpx
import pytest

from bot.wiring import Services
from storage.posts import post_at
from tests.bot.conftest import work
from tests.bot.test_audience import choose
from tests.doubles.slack_server import SlackDouble

JANE = "Jane Doe"


def said(card: dict[str, Any]) -> str:
    return json.dumps(card["blocks"], ensure_ascii=False) + card["text"]


async def test_a_mention_posts_the_card_in_its_thread_where_reactions_find_it(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services
) -> None:
    channel = slack.web.channel("C1")
    await slack.mention(app, JANE)
    await work(services)
    [(ts, message)] = channel.messages.items()
    workspace_id = await services.default_workspace()
    async with services.database.workspace(workspace_id) as connection:
        post = await post_at(connection, workspace_id, "C1", ts)
    assert (post is not None, message["thread_ts"][:11], message["unfurl_links"]) == (True, "1763800000.", False)
    assert ("Before you call" in said(message), "Shared by" in said(message), "U1" in said(message)) == (True,) * 3


async def test_an_event_delivered_again_is_answered_once(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services
) -> None:
    channel = slack.web.channel("C1")
    for _ in range(3):
        assert (await slack.mention(app, JANE, event_id="Ev7")).status_code == 200
    await work(services)
    assert len(channel.messages) == 1


async def test_my_view_opens_the_rest_of_a_shared_card_for_one_reader_and_leaves_the_card(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services
) -> None:
    channel = slack.web.channel("C1")
    await slack.mention(app, JANE)
    await work(services)
    [message] = channel.messages.values()
    url = await slack.press(app, message, "My view", private=False)
    await work(services)
    [opened] = slack.posts_to(url)
    assert (opened["replace_original"], opened["response_type"], "Pain points" in said(opened)) == (
        False,
        "ephemeral",
        True,
    )


async def test_the_evidence_of_a_shared_card_opens_for_one_reader(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services
) -> None:
    channel = slack.web.channel("C1")
    await slack.mention(app, JANE)
    await work(services)
    [message] = channel.messages.values()
    await slack.press(app, message, "Evidence", private=False)
    await work(services)
    [view] = slack.web.views.values()
    assert "Evidence · Jane Doe" in json.dumps(view.view["blocks"], ensure_ascii=False)


async def test_who_may_not_be_seen_by_all_is_shown_to_the_asker_alone(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services
) -> None:
    workspace_id = await services.default_workspace()
    [jane] = (await services.engine(workspace_id).find("jane.doe@northwind.example"))[:1]
    slack.web.person("U1", email=jane.contact.owner_email)
    slack.web.person("U2", email="nobody@sales.example")
    await choose(services, workspace_id, "owner")
    channel = slack.web.channel("C1", members={"UBOT", "U1", "U2"})
    await slack.mention(app, JANE)
    await work(services)
    [whisper] = channel.whispers
    assert (whisper["user"], channel.messages) == ("U1", {})
    assert ("Not everyone in this channel may see" in said(whisper), "Pain points" in said(whisper)) == (True, True)


async def test_where_a_guest_reads_nothing_is_posted_and_the_reason_is_told(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services
) -> None:
    slack.web.person("UGUEST", is_restricted=True)
    channel = slack.web.channel("C1", members={"UBOT", "U1", "UGUEST"})
    await slack.mention(app, JANE)
    await work(services)
    [whisper] = channel.whispers
    assert ("A guest can read this channel" in said(whisper), channel.messages) == (True, {})


@pytest.mark.parametrize(
    ("typed", "told"), [("", "/persona"), ("Anna Kowalski", "Which one?"), ("Qqqq Zzzz", "No contact called")]
)
async def test_what_is_no_one_contact_is_answered_to_the_asker_alone(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services, typed: str, told: str
) -> None:
    channel = slack.web.channel("C1")
    await slack.mention(app, typed)
    await work(services)
    [whisper] = channel.whispers
    assert (told in said(whisper), channel.messages) == (True, {})
