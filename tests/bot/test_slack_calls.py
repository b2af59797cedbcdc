"""What a failed call of Slack says: whether it may have had its effect all the same."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.web.async_client import AsyncWebClient

from bot.metrics import Metrics
from bot.slack_calls import SlackCalls
from persona.errors import DeliveryError


async def token(_: int) -> str:
    return "xoxb-test"


async def failure(base_url: str) -> tuple[bool, bool]:
    """Whether another try can help, and whether the failed one may have had its effect."""
    calls = SlackCalls(AsyncWebClient(base_url=base_url, retry_handlers=[], timeout=5), token, Metrics())
    with pytest.raises(DeliveryError) as caught:
        await calls.call(1, "chat.postMessage", channel="C1", text="hello")
    return caught.value.retry, caught.value.uncertain


@pytest.mark.parametrize(
    ("status", "body", "kind", "expected"),
    [
        (200, '{"ok": false, "error": "not_in_channel"}', "application/json", (False, False)),
        (200, '{"ok": false, "error": "internal_error"}', "application/json", (True, True)),
        (429, '{"ok": false, "error": "ratelimited"}', "application/json", (True, False)),
        (503, '{"ok": false, "error": "service_unavailable"}', "application/json", (True, False)),
        (500, "<html>", "application/json", (True, True)),
        (502, "<html>", "application/json", (True, True)),
        (500, "upstream broke", "text/plain", (True, True)),
        (503, "upstream broke", "text/plain", (True, False)),
    ],
)
async def test_an_answer_says_whether_the_message_may_stand_there(
    status: int, body: str, kind: str, expected: tuple[bool, bool]
) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, text=body, content_type=kind)

    app = web.Application()
    app.router.add_post("/api/chat.postMessage", answer)
    async with TestServer(app, host="127.0.0.1") as server:
        assert await failure(str(server.make_url("/api/"))) == expected


async def test_a_connection_cut_before_the_answer_leaves_it_open() -> None:
    async def cut(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    app = web.Application()
    app.router.add_post("/api/chat.postMessage", cut)
    async with TestServer(app, host="127.0.0.1") as server:
        assert await failure(str(server.make_url("/api/"))) == (True, True)


async def test_what_never_reached_slack_was_not_sent(unused_tcp_port: int) -> None:
    assert await failure(f"http://127.0.0.1:{unused_tcp_port}/api/") == (True, False)
