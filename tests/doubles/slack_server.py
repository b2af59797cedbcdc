"""A double of Slack as a real HTTP server: its Web API and response_urls, and signed requests to our app."""

import asyncio
import base64
import json
import math
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx
from aiohttp import web

from tests.doubles.block_limits import message_errors
from tests.doubles.faults import Switchboard
from tests.doubles.slack_events import app_mention
from tests.doubles.slack_rates import Rates
from tests.doubles.slack_requests import (
    block_actions,
    command_form,
    from_ephemeral,
    from_message,
    from_view,
    message_action,
    user_of,
)
from tests.doubles.slack_response_urls import RESPONSE_URL_USES, ResponseUrl, ResponseUrls
from tests.doubles.slack_sender import Sender
from tests.doubles.slack_sight import buttons_of
from tests.doubles.slack_socket import Sockets
from tests.doubles.slack_state import Ephemeral

__all__ = ["RESPONSE_URL_USES", "Answer", "SlackDouble", "buttons_of"]


class SlackDouble(Sender):
    """Enforces Slack's limits on what our app sends, and sends our app what Slack sends.

    On demand: `busy_answers` times 429; `broken_answers` times a cut connection; `slow_s` seconds before each answer;
    `native = False` refuses charts and tables, as older servers do; `keeps_rates` answers 429 above Slack's own rates;
    `faults` puts a share of all calls in trouble.
    """

    def __init__(self, *, signing_secret: str = "shhh", team_id: str = "T1") -> None:
        super().__init__(signing_secret, team_id)
        self.busy_answers, self.retry_after_s, self.broken_answers, self.slow_s = 0, 7, 0, 0.0
        self._urls = ResponseUrls(self.web)
        self.sockets = Sockets(self.web)
        self.keeps_rates, self._rates = False, Rates(self.web.clock)
        self.faults = Switchboard(random.Random())
        self.api_calls: list[str] = []
        self.url = ""

    @property
    def native(self) -> bool:
        """Whether charts and tables are taken."""
        return self.web.native

    @native.setter
    def native(self, native: bool) -> None:
        self.web.native = native

    @property
    def response_urls(self) -> dict[str, ResponseUrl]:
        """All response_urls by name."""
        return self._urls.by_name

    @asynccontextmanager
    async def serve(self) -> AsyncIterator["SlackDouble"]:
        """Serves on a free port of 127.0.0.1 until the block ends."""
        app = web.Application(client_max_size=10 * 1024**2, middlewares=[self.faults.middleware])
        app.router.add_post("/response/{name}", self._respond)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/upload/{file}", self._upload)
        app.router.add_get("/socket", self.sockets.handle)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        self.url = self.web.base_url = f"http://{host}:{port}"
        try:
            yield self
        finally:
            await self.sockets.close()
            await runner.cleanup()

    def new_response_url(
        self, channel_id: str = "C1", user_id: str = "U1", origin: Ephemeral | str | None = None
    ) -> str:
        """A fresh response_url; `origin` is what it may replace."""
        return f"{self.url}/response/{self._urls.new(channel_id, user_id, origin)}"

    def posts_to(self, response_url: str) -> list[dict[str, Any]]:
        """What was accepted at a response_url, oldest first."""
        return self._at(response_url).posts

    def command_body(self, text: str, *, response_url: str, **changes: str) -> str:
        """The form of `/persona TEXT`."""
        trigger = self.web.new_trigger(changes.get("user_id", "U1"))
        urls = {"response_url": response_url, "trigger_id": trigger}
        return urlencode(command_form(self.space, text) | urls | changes)

    async def command(self, app: httpx.AsyncClient, text: str, **changes: str) -> "Answer":
        """Sends `/persona TEXT` as Slack does, and holds the answer to Slack's three seconds and block limits."""
        response_url = self.new_response_url(changes.get("channel_id", "C1"), changes.get("user_id", "U1"))
        answer = await self.send(app, self.command_body(text, response_url=response_url, **changes))
        body = json.loads(answer.text) if answer.text else {}
        assert not body or not message_errors(body), message_errors(body)
        self._show_answer(self._at(response_url), body)
        return Answer(body, response_url)

    async def press(
        self,
        app: httpx.AsyncClient,
        card: dict[str, Any],
        label: str,
        *,
        user_id: str = "U1",
        user_team_id: str | None = None,
        private: bool = True,
    ) -> str:
        """Presses the button with this label of an ephemeral or real card; the response_url its answer goes to."""
        button = next(b for b in buttons_of(card) if b["text"]["text"] == label)
        user = user_of(user_id, user_team_id or self.team_id)
        response_url = self.new_response_url("C1", user_id, None if private else card["ts"])
        action = {**button, "block_id": "b", "action_ts": "1.3"}
        origin = from_ephemeral("C1", "1.1") if private else from_message("C1", card)
        payload = block_actions(self.space, user, action, origin, response_url=response_url)
        await self.interact(app, payload)
        return response_url

    async def mention(
        self, app: httpx.AsyncClient, text: str, *, channel_id: str = "C1", event_id: str = "", **changes: Any
    ) -> httpx.Response:
        """Tells the app of `@Persona TEXT` in a channel; with the event_id of an earlier one it is a redelivery."""
        ts = self.web.next_ts()
        self.web.unkept.add(ts)
        event = {**app_mention("U1", f"<@UBOT> {text}", channel_id, ts), **changes}
        return await self.deliver(app, event, event_id=event_id or f"EvM{ts}")

    async def shortcut(
        self, app: httpx.AsyncClient, text: str, *, channel_id: str = "C1", author_id: str = "U9"
    ) -> dict[str, Any]:
        """Chooses "Persona from message" in the menu of a message."""
        message = {"user": author_id, "ts": "1763800000.000100", "text": text}
        self.web.unkept.add(message["ts"])
        user = user_of("U1", self.team_id)
        payload = message_action(self.space, user, "persona_from_message", channel_id, message)
        return await self.interact(app, {**payload, "response_url": self.new_response_url(channel_id)})

    async def press_in_view(
        self, app: httpx.AsyncClient, view_id: str, label: str, *, view: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Presses the button that begins so in an open modal, or in what it showed before."""
        shown = self.web.views[view_id].as_slack() | (view or {})
        button = next(b for b in buttons_of(shown) if b["text"]["text"].startswith(label))
        action = {**button, "block_id": "b", "action_ts": "1.3"}
        return await self.interact(
            app, block_actions(self.space, user_of("U1", self.team_id), action, from_view(shown))
        )

    def _at(self, response_url: str) -> ResponseUrl:
        return self.response_urls[response_url.rsplit("/", 1)[1]]

    def _show_answer(self, url: ResponseUrl, body: dict[str, Any]) -> None:
        """Puts what a command was answered where Slack shows it."""
        if body.get("response_type") == "in_channel":
            url.origin = self.web.place_message(self.web.channel(url.channel_id), body, user="UBOT", bot_id="B1")
        elif body:
            url.origin = self.web.whisper_to(url.channel_id, url.user_id, body)

    async def _respond(self, request: web.Request) -> web.Response:
        troubled = await self._trouble(request)
        if troubled:
            return web.Response(status=429, text="ratelimited", headers={"Retry-After": "1"})
        refused = self._urls.post(request.match_info["name"], await request.json())
        return web.Response(status=404, text=refused) if refused else web.Response(text="ok")

    async def _api(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        self.api_calls.append(method)
        if await self._trouble(request):
            return _busy(self.retry_after_s)
        arguments = await _arguments(method, request)
        arguments = {**request.query, **arguments} | _basic_client(request.headers.get("authorization", ""))
        token = request.headers.get("authorization", "").removeprefix("Bearer ") or str(arguments.get("token") or "")
        wait_s = self._rates.wait_s(token, method, str(arguments.get("channel") or "")) if self.keeps_rates else 0.0
        if wait_s:
            return _busy(math.ceil(wait_s))
        if method == "auth.test" and token == "xoxb-test":
            self.web.tokens[token].team_id = self.team_id
        return web.json_response(self.web.answer(method, arguments, token=token))

    async def _upload(self, request: web.Request) -> web.Response:
        taken = self.web.uploaded(request.match_info["file"], await request.read())
        return web.Response(text="OK") if taken else web.Response(status=400, text="bad length")

    async def _trouble(self, request: web.Request) -> bool:
        """Has the trouble that was asked for; True for 429."""
        await asyncio.sleep(self.slow_s)
        if self.broken_answers > 0:
            self.broken_answers -= 1
            if request.transport:
                request.transport.abort()
        if self.busy_answers > 0:
            self.busy_answers -= 1
            return True
        return False


async def _arguments(method: str, request: web.Request) -> dict[str, Any]:
    """What a call's body says; methods that read don't take JSON, so of one they know nothing."""
    if request.content_type != "application/json":
        return dict(await request.post())
    return (
        {} if method.endswith((".info", ".members", ".list", ".getUploadURLExternal")) else dict(await request.json())
    )


def _busy(after_s: int) -> web.Response:
    refused = {"ok": False, "error": "ratelimited"}
    return web.json_response(refused, status=429, headers={"Retry-After": str(after_s)})


def _basic_client(authorization: str) -> dict[str, str]:
    """The client of a Basic authorization header, as oauth.v2.access takes it."""
    if not authorization.startswith("Basic "):
        return {}
    client_id, _, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
    return {"client_id": client_id, "client_secret": secret}


@dataclass(frozen=True)
class Answer:
    """What the app answered within three seconds, and the response_url it may use afterwards."""

    body: dict[str, Any]
    response_url: str
