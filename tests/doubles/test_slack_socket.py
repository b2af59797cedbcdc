"""Socket Mode against a real bolt app: what a person does comes over the WebSocket and is acknowledged."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack_person import Person
from tests.doubles.slack_server import SlackDouble
from tests.doubles.slack_socket import SocketApp


@pytest.fixture
async def slack() -> AsyncIterator[SlackDouble]:
    async with SlackDouble().serve() as double:
        yield double


async def authorized(**_: Any) -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-test", bot_user_id="UBOT")


@pytest.fixture
async def heard(slack: SlackDouble) -> AsyncIterator[list[str]]:
    """What a small app hears over Socket Mode."""
    found: list[str] = []
    bolt = AsyncApp(client=AsyncWebClient(base_url=f"{slack.url}/api/"), authorize=authorized)

    async def command(ack: Any, command: Any) -> None:
        found.append(command["text"])
        await ack(text=f"Hello {command['text']}")

    async def reaction(event: Any) -> None:
        found.append(event["reaction"])

    bolt.command("/persona")(command)
    bolt.event("reaction_added")(reaction)
    handler = AsyncSocketModeHandler(bolt, "xapp-test", web_client=AsyncWebClient(base_url=f"{slack.url}/api/"))
    await handler.connect_async()
    await asyncio.wait_for(slack.sockets.connected.wait(), 5)
    yield found
    await handler.close_async()


async def test_a_command_is_answered_and_an_event_acknowledged_over_the_socket(
    slack: SlackDouble, heard: list[str]
) -> None:
    async with SocketApp(slack.sockets) as app:
        rep = Person(slack, app)
        shown = await rep.command("Jane")
        await rep.react("star", rep.say("Jane is great"))
    assert shown is not None
    assert (shown.text, heard) == ("Hello Jane", ["Jane", "star"])


async def test_what_nobody_answers_is_never_acknowledged(slack: SlackDouble, heard: list[str]) -> None:
    slack.sockets.ack_window_s = 0.2
    async with SocketApp(slack.sockets) as app:
        with pytest.raises(AssertionError, match="operation_timeout"):
            await Person(slack, app).command("Jane", command="/other")
    assert heard == []


def test_a_bots_token_opens_no_socket() -> None:
    web = SlackDouble().web
    words = [web.answer("apps.connections.open", {}, token=token).get("error") for token in ("xoxb-test", "xapp-test")]
    assert words == ["not_allowed_token_type", None]
