"""What a person does at the double's Slack, against a small app that keeps what it is sent."""

import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from aiohttp import web

from tests.doubles.slack_person import Person
from tests.doubles.slack_server import SlackDouble


class SmallApp:
    """Answers each kind of request with what `answers` says, and keeps what came."""

    def __init__(self) -> None:
        self.came: list[dict[str, Any]] = []
        self.headers: list[Any] = []
        self.answers: dict[str, dict[str, Any]] = {}

    async def handle(self, request: web.Request) -> web.Response:
        raw = await request.text()
        self.headers.append(request.headers)
        if request.content_type == "application/json":
            body = json.loads(raw)
        else:
            form = {name: values[0] for name, values in parse_qs(raw).items()}
            body = json.loads(form["payload"]) if "payload" in form else form
        self.came.append(body)
        answer = self.answers.get(str(body.get("type", "command")))
        return web.json_response(answer) if answer else web.Response()


@pytest.fixture
def small() -> SmallApp:
    return SmallApp()


@pytest.fixture
async def client(small: SmallApp) -> AsyncIterator[httpx.AsyncClient]:
    app = web.Application()
    app.router.add_post("/slack/events", small.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    async with httpx.AsyncClient(base_url=f"http://{host}:{port}") as made:
        yield made
    await runner.cleanup()


@pytest.fixture
async def slack() -> AsyncIterator[SlackDouble]:
    async with SlackDouble().serve() as double:
        yield double


@pytest.fixture
def rep(slack: SlackDouble, client: httpx.AsyncClient) -> Person:
    return Person(slack, client)


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def button(label: str, **more: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": label.lower(), "text": plain(label), "value": "v", **more}


def option(label: str) -> dict[str, Any]:
    return {"text": plain(label), "value": label.lower()}


def card(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"text": "Jane", "blocks": [{"type": "actions", "block_id": "row", "elements": list(elements)}]}


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": plain("T"), "submit": plain("Send"), "blocks": list(blocks), **more}


def text_input(label: str, **more: Any) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": "typed"}
    return {"type": "input", "block_id": "note", "label": plain(label), "element": element, **more}


async def test_a_press_on_an_ephemeral_carries_no_message_and_its_response_url_replaces_it(
    rep: Person, small: SmallApp, slack: SlackDouble
) -> None:
    small.answers["command"] = card(button("Share"))
    shown = await rep.command("Jane")
    await rep.press("Share")
    press = small.came[-1]
    told = httpx.Response(200)
    async with httpx.AsyncClient() as anyone:
        told = await anyone.post(press["response_url"], json={"text": "Newer", "replace_original": True})
    assert shown is not None
    assert (press["container"]["is_ephemeral"], "message" in press, press["actions"][0]["value"]) == (True, False, "v")
    assert (told.text, [s.text for s in rep.sees]) == ("ok", ["Newer"])


async def test_a_press_on_a_message_carries_it_with_its_metadata(
    rep: Person, small: SmallApp, slack: SlackDouble
) -> None:
    metadata = {"event_type": "card", "event_payload": {"id": "1"}}
    slack.web.channel("C1")
    slack.web.answer("chat.postMessage", {"channel": "C1", **card(button("Share")), "metadata": metadata})
    await rep.press("Share")
    assert small.came[-1]["message"]["metadata"] == metadata


async def test_a_menus_option_a_rating_and_a_pair_of_feedback_buttons_are_sent_as_slack_sends_them(
    rep: Person, small: SmallApp, slack: SlackDouble
) -> None:
    menu = {"type": "overflow", "action_id": "more", "options": [option("Export")]}
    stars = {"type": "static_select", "action_id": "rate", "placeholder": plain("Rate"), "options": [option("5")]}
    small.answers["command"] = card(menu, stars)
    await rep.command("Jane")
    await rep.pick("Export")
    await rep.choose("Rate", "5")
    actions = [came["actions"][0] for came in small.came[1:]]
    assert [(a["type"], a["block_id"], a["selected_option"]["value"]) for a in actions] == [
        ("overflow", "row", "export"),
        ("static_select", "row", "5"),
    ]


async def test_a_modal_is_filled_and_submitted_with_its_state(rep: Person, small: SmallApp, slack: SlackDouble) -> None:
    where = {"type": "conversations_select", "action_id": "to", "default_to_current_conversation": True}
    where["response_url_enabled"] = True
    to = {"type": "input", "block_id": "where", "label": plain("Where"), "element": where}
    opened = modal(text_input("Note"), to, private_metadata="7")
    slack.web.answer("views.open", {"trigger_id": slack.web.new_trigger(), "view": opened})
    await rep.fill("Note", "Look at this")
    await rep.submit()
    sent = small.came[-1]
    assert sent["view"]["state"]["values"] == {
        "note": {"typed": {"type": "plain_text_input", "value": "Look at this"}},
        "where": {"to": {"type": "conversations_select", "selected_conversation": "C1"}},
    }
    assert (sent["view"]["private_metadata"], sent["response_urls"][0]["channel_id"]) == ("7", "C1")
    assert rep.modal is None


async def test_what_must_be_filled_in_is_asked_for_before_anything_is_sent(
    rep: Person, small: SmallApp, slack: SlackDouble
) -> None:
    slack.web.answer("views.open", {"trigger_id": slack.web.new_trigger(), "view": modal(text_input("Note"))})
    with pytest.raises(AssertionError, match="fill in"):
        await rep.submit()
    assert small.came == []


@pytest.mark.parametrize(
    ("answer", "open_then"),
    [
        ({"response_action": "errors", "errors": {"note": "Too short"}}, ["Note"]),
        ({"response_action": "update", "view": modal(text_input("Why"))}, ["Why"]),
        ({"response_action": "push", "view": modal(text_input("More"))}, ["Note", "More"]),
        ({"response_action": "clear"}, []),
    ],
)
async def test_the_answer_to_a_submission_is_followed(
    rep: Person, small: SmallApp, slack: SlackDouble, answer: dict[str, Any], open_then: list[str]
) -> None:
    slack.web.answer("views.open", {"trigger_id": slack.web.new_trigger(), "view": modal(text_input("Note"))})
    small.answers["view_submission"] = answer
    await rep.fill("Note", "x")
    await rep.submit()
    stack = [slack.web.views[view_id].view for view_id in slack.web.stacks.get("U1", [])]
    assert [view["blocks"][0]["label"]["text"] for view in stack] == open_then
    assert rep.errors == answer.get("errors", {})


async def test_a_closed_modal_is_told_of_only_when_it_asks_to(rep: Person, small: SmallApp, slack: SlackDouble) -> None:
    for more in ({}, {"notify_on_close": True}):
        view = modal(text_input("Note"), **more)
        slack.web.answer("views.open", {"trigger_id": slack.web.new_trigger(), "view": view})
        await rep.close()
    assert [(came["type"], came["is_cleared"]) for came in small.came] == [("view_closed", False)]


async def test_a_type_ahead_asks_the_app_and_chooses_among_what_it_offers(
    rep: Person, small: SmallApp, slack: SlackDouble
) -> None:
    who = {"type": "external_select", "action_id": "who", "min_query_length": 2, "placeholder": plain("Whom?")}
    small.answers["command"] = card(who)
    small.answers["block_suggestion"] = {"options": [option("Jane Doe")]}
    await rep.command("find")
    assert await rep.suggest("Whom?", "ja") == ["Jane Doe"]
    await rep.choose("Whom?", "Jane Doe")
    assert (small.came[1]["value"], small.came[2]["actions"][0]["selected_option"]["value"]) == ("ja", "jane doe")


async def test_an_event_is_delivered_again_with_the_same_id_and_slacks_headers(
    rep: Person, small: SmallApp, slack: SlackDouble
) -> None:
    message = rep.say("Jane is great")
    event_id = await rep.react("star", message)
    await slack.event(rep.app, small.came[0]["event"], event_id=event_id, retry=1)
    assert [came["event_id"] for came in small.came] == [event_id] * 2
    assert [headers.get("x-slack-retry-num") for headers in small.headers] == [None, "1"]
    assert small.came[0]["event"]["item"] == {"type": "message", "channel": "C1", "ts": message.ts}


async def test_mentions_shortcuts_the_home_and_links_reach_the_app(
    rep: Person, small: SmallApp, slack: SlackDouble
) -> None:
    message = await rep.mention("who is Jane?")
    await rep.message_shortcut("persona_from_message", message)
    await rep.shortcut("find")
    await rep.open_home()
    await rep.write_to_bot("hello")
    await rep.share_link("https://crm.example/c/1")
    kinds = [came.get("event", came)["type"] for came in small.came]
    assert kinds == ["app_mention", "message_action", "shortcut", "app_home_opened", "message", "link_shared"]
    assert ("channel" in small.came[2], small.came[1]["message"]["text"]) == (False, "<@UBOT> who is Jane?")


async def test_nobody_reacts_to_or_takes_a_shortcut_on_what_only_they_see(rep: Person, small: SmallApp) -> None:
    small.answers["command"] = card(button("Share"))
    shown = await rep.command("Jane")
    assert shown is not None
    with pytest.raises(AssertionError, match="ephemeral"):
        await rep.react("star", shown)
    with pytest.raises(AssertionError, match="ephemeral"):
        await rep.message_shortcut("x", shown)
