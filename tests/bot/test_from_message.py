"""The message shortcut as a rep uses it: from the message menu to the persona in a modal and into the thread."""

import json
from typing import Any

import httpx
import pytest

from bot.wiring import Services
from persona.people_named import addresses, possible_names
from tests.bot.conftest import work
from tests.bot.test_audience import choose
from tests.doubles.slack_person import Person
from tests.doubles.slack_server import SlackDouble


def said(view: dict[str, Any]) -> str:
    return json.dumps(view["blocks"], ensure_ascii=False)


async def opened(app: httpx.AsyncClient, slack: SlackDouble, services: Services, text: str, **more: str) -> str:
    """Opens the shortcut on a message, lets the worker work; the id of the modal."""
    await slack.shortcut(app, text, **more)
    [view_id] = slack.web.views
    assert "Looking for the people" in said(slack.web.views[view_id].view)
    await work(services)
    return view_id


async def test_a_name_in_a_message_leads_to_the_persona_and_into_the_thread(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services
) -> None:
    channel = slack.web.channel("C1")
    view_id = await opened(app, slack, services, "Call with Jane Doe went well, send her the deck")
    shown = slack.web.views[view_id].view
    assert ("Jane Doe · " in said(shown), "Pain points" in said(shown)) == (True, True)
    await slack.press_in_view(app, view_id, "Post into the thread")
    await work(services)
    [message] = channel.messages.values()
    assert ("Before you call" in said(message), message["thread_ts"]) == (True, "1763800000.000100")
    assert "is in the thread now" in said(slack.web.views[view_id].view)


async def test_posting_pressed_twice_posts_once(app: httpx.AsyncClient, slack: SlackDouble, services: Services) -> None:
    channel = slack.web.channel("C1")
    view_id = await opened(app, slack, services, "Jane Doe again")
    card = slack.web.views[view_id].view
    for _ in range(2):
        await slack.press_in_view(app, view_id, "Post into the thread", view=card)
    await work(services)
    assert len(channel.messages) == 1


@pytest.mark.parametrize("text", ["Ask jane.doe@northwind.example about it", "What does <@UJANE> think?", "hello all"])
async def test_an_address_a_mention_or_the_author_leads_there_too(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services, text: str
) -> None:
    slack.web.person("UJANE", email="jane.doe@northwind.example")
    view_id = await opened(app, slack, services, text, author_id="UJANE")
    assert "Jane Doe · " in said(slack.web.views[view_id].view)


async def test_several_people_are_a_choice_within_the_modal(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services
) -> None:
    view_id = await opened(app, slack, services, "Jane Doe and Katrin Vogel both ask for a pilot")
    assert "Which one?" in said(slack.web.views[view_id].view)
    await slack.press_in_view(app, view_id, "Katrin Vogel, ")
    await work(services)
    assert "Katrin Vogel · " in said(slack.web.views[view_id].view)


async def test_nobody_named_and_nobody_to_be_seen_look_the_same(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services
) -> None:
    await choose(services, await services.default_workspace(), "owner")
    view_id = await opened(app, slack, services, "Call with Jane Doe went well")
    assert "names nobody who is in the CRM, or nobody you may see" in said(slack.web.views[view_id].view)


def test_names_are_runs_of_capitalised_words_and_addresses_are_none() -> None:
    text = "Yesterday Jane Doe wrote (to j.doe@x.example): Max Weber's team at SAP, Ms Anna-Lena Kraus."
    assert addresses(text) == ("j.doe@x.example",)
    assert possible_names(text) == (
        "Yesterday Jane Doe",
        "Yesterday Jane",
        "Jane Doe",
        "Max Weber",
        "Ms Anna-Lena Kraus",
        "Ms Anna-Lena",
        "Anna-Lena Kraus",
    )


@pytest.mark.parametrize("private", [False, True])
async def test_where_the_bot_is_not_the_modal_says_how_it_gets_there(
    rep: Person, services: Services, private: bool
) -> None:
    await rep.message_shortcut("persona_from_message", rep.say("Call with Jane Doe"))
    await work(services)
    rep.room().members.discard("UBOT")
    rep.room().private = private
    await rep.press("Post into the thread")
    await work(services)
    assert rep.modal is not None
    assert rep.modal.says == "Persona isn't in that channel. Type /invite @Persona there, then try again."
