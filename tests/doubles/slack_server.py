"""A double of Slack: its Web API and response_url as a real HTTP server, and its side of signed requests to us."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from tests.doubles.block_limits import message_errors
from tests.doubles.slack_api import WebApi

ACK_WINDOW_S = 3.0
RESPONSE_URL_USES = 5
RESPONSE_URL_LIFE_S = 30 * 60


@dataclass
class ResponseUrl:
    """One response_url: what was posted to it, and when it was made."""

    made_at: float
    uses: int = 0
    posts: list[dict[str, Any]] = field(default_factory=list)


class SlackDouble:
    """Enforces Slack's limits on what our app sends. `native=False` refuses charts and tables, as old servers do."""

    def __init__(self, *, signing_secret: str = "shhh", team_id: str = "T1") -> None:
        self.signing_secret, self.team_id = signing_secret, team_id
        self.web = WebApi()
        self.busy_answers = 0
        self.response_urls: dict[str, ResponseUrl] = {}
        self.api_calls: list[str] = []
        self.url = ""
        self._made = 0

    @property
    def native(self) -> bool:
        """Whether charts and tables are taken."""
        return self.web.native

    @native.setter
    def native(self, native: bool) -> None:
        self.web.native = native

    @asynccontextmanager
    async def serve(self) -> AsyncIterator["SlackDouble"]:
        """Serves on a free port of 127.0.0.1 until the block ends."""
        app = web.Application()
        app.router.add_post("/response/{name}", self._respond)
        app.router.add_route("*", "/api/{method}", self._api)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        try:
            yield self
        finally:
            await runner.cleanup()

    def new_response_url(self) -> str:
        """A fresh response_url."""
        self._made += 1
        name = f"r{self._made}"
        self.response_urls[name] = ResponseUrl(made_at=time.monotonic())
        return f"{self.url}/response/{name}"

    def posts_to(self, response_url: str) -> list[dict[str, Any]]:
        """What was accepted at a response_url, oldest first."""
        return self.response_urls[response_url.rsplit("/", 1)[1]].posts

    def sign(self, body: str, *, timestamp: int | None = None) -> dict[str, str]:
        """The headers Slack sends with a body."""
        stamp = str(int(time.time()) if timestamp is None else timestamp)
        signature = SignatureVerifier(self.signing_secret).generate_signature(timestamp=stamp, body=body)
        return {
            "content-type": "application/x-www-form-urlencoded",
            "x-slack-request-timestamp": stamp,
            "x-slack-signature": str(signature),
        }

    def command_body(self, text: str, *, response_url: str, **changes: str) -> str:
        """The form of `/persona TEXT`."""
        form = {
            "command": "/persona",
            "text": text,
            "team_id": self.team_id,
            "team_domain": "acme",
            "channel_id": "C1",
            "channel_name": "sales",
            "user_id": "U1",
            "user_name": "rep",
            "response_url": response_url,
            "trigger_id": "1.2.a",
            "api_app_id": "A1",
            "is_enterprise_install": "false",
        }
        return urlencode(form | changes)

    async def command(self, app: httpx.AsyncClient, text: str, **changes: str) -> "Answer":
        """Sends `/persona TEXT` as Slack does, and holds the answer to Slack's three seconds and block limits."""
        response_url = self.new_response_url()
        answer = await self._send(app, self.command_body(text, response_url=response_url, **changes))
        body = json.loads(answer.text) if answer.text else {}
        assert not body or not message_errors(body), message_errors(body)
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
        """Presses the button of a card that has this label; the response_url its answer goes to."""
        button = next(b for b in buttons_of(card) if b["text"]["text"] == label)
        response_url = self.new_response_url()
        payload = {
            "type": "block_actions",
            "team": {"id": self.team_id, "domain": "acme"},
            "user": {"id": user_id, "team_id": user_team_id or self.team_id},
            "api_app_id": "A1",
            "container": {"type": "message", "is_ephemeral": private, "channel_id": "C1", "message_ts": "1.1"},
            "channel": {"id": "C1", "name": "sales"},
            "trigger_id": "1.2.b",
            "response_url": response_url,
            "actions": [{**button, "block_id": "b", "action_ts": "1.3"}],
        }
        await self._send(app, urlencode({"payload": json.dumps(payload)}))
        return response_url

    async def mention(
        self, app: httpx.AsyncClient, text: str, *, channel_id: str = "C1", event_id: str = "", **changes: Any
    ) -> httpx.Response:
        """Tells the app of `@Persona TEXT` in a channel; with the event_id of an earlier one it is a redelivery."""
        self._made += 1
        event = {
            "type": "app_mention",
            "user": "U1",
            "text": f"<@UBOT> {text}",
            "ts": f"1763800000.9{self._made:05d}",
            "channel": channel_id,
            "event_ts": "1763800000.000300",
        }
        body = {
            "type": "event_callback",
            "team_id": self.team_id,
            "api_app_id": "A1",
            "event_id": event_id or f"Ev{self._made}",
            "event_time": 1763800000,
            "authorizations": [{"team_id": self.team_id, "user_id": "UBOT", "is_bot": True}],
            "event": {**event, **changes},
        }
        sent = json.dumps(body)
        headers = {**self.sign(sent), "content-type": "application/json"}
        return await app.post("/slack/events", content=sent, headers=headers)

    async def shortcut(
        self, app: httpx.AsyncClient, text: str, *, channel_id: str = "C1", author_id: str = "U9"
    ) -> httpx.Response:
        """Chooses "Persona from this message" in the menu of a message."""
        message = {"type": "message", "user": author_id, "ts": "1763800000.000100", "text": text}
        payload = {
            "type": "message_action",
            "callback_id": "persona_from_message",
            "trigger_id": self.web.new_trigger(),
            "response_url": self.new_response_url(),
            "team": {"id": self.team_id, "domain": "acme"},
            "user": {"id": "U1", "team_id": self.team_id},
            "channel": {"id": channel_id, "name": "sales"},
            "message_ts": message["ts"],
            "message": message,
        }
        return await self._send(app, urlencode({"payload": json.dumps(payload)}))

    async def press_in_view(
        self, app: httpx.AsyncClient, view_id: str, label: str, *, view: dict[str, Any] | None = None
    ) -> httpx.Response:
        """Presses the button that begins so in an open modal, or in what it showed before."""
        shown = view or self.web.views[view_id].view
        button = next(b for b in buttons_of(shown) if b["text"]["text"].startswith(label))
        payload = {
            "type": "block_actions",
            "team": {"id": self.team_id, "domain": "acme"},
            "user": {"id": "U1", "team_id": self.team_id},
            "api_app_id": "A1",
            "container": {"type": "view", "view_id": view_id},
            "trigger_id": self.web.new_trigger(),
            "view": {**shown, "id": view_id},
            "actions": [{**button, "block_id": "b", "action_ts": "1.3"}],
        }
        return await self._send(app, urlencode({"payload": json.dumps(payload)}))

    async def _send(self, app: httpx.AsyncClient, body: str) -> httpx.Response:
        started = time.monotonic()
        answer = await app.post("/slack/events", content=body, headers=self.sign(body))
        assert time.monotonic() - started < ACK_WINDOW_S, "operation_timeout"
        assert answer.status_code == 200, f"dispatch_failed: {answer.status_code}"
        return answer

    async def _respond(self, request: web.Request) -> web.Response:
        url = self.response_urls.get(request.match_info["name"])
        if url is None or time.monotonic() - url.made_at > RESPONSE_URL_LIFE_S:
            return web.Response(status=404, text="expired_url")
        if self.busy_answers > 0:
            self.busy_answers -= 1
            return web.Response(status=429, text="ratelimited", headers={"Retry-After": "1"})
        url.uses += 1
        if url.uses > RESPONSE_URL_USES:
            return web.Response(status=404, text="used_url")
        message = await request.json()
        if message_errors(message, native=self.native):
            return web.Response(status=404, text="invalid_blocks")
        url.posts.append(message)
        return web.Response(text="ok")

    async def _api(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        self.api_calls.append(method)
        if request.headers.get("authorization") == "Bearer xoxb-revoked":
            return web.json_response({"ok": False, "error": "token_revoked"})
        if method == "auth.test":
            return web.json_response(
                {"ok": True, "team": "Acme", "team_id": self.team_id, "user_id": "UBOT", "bot_id": "B1", "url": "-"}
            )
        if self.busy_answers > 0:
            self.busy_answers -= 1
            refused = {"ok": False, "error": "ratelimited"}
            return web.json_response(refused, status=429, headers={"Retry-After": "7"})
        arguments = await request.json() if request.content_type == "application/json" else dict(await request.post())
        return web.json_response(self.web.answer(method, arguments))


@dataclass(frozen=True)
class Answer:
    """What the app answered within three seconds, and the response_url it may use afterwards."""

    body: dict[str, Any]
    response_url: str


def buttons_of(card: dict[str, Any]) -> list[dict[str, Any]]:
    """Every button of a card."""
    found = []
    for block in card["blocks"]:
        elements = block.get("elements", []) if block["type"] == "actions" else [block.get("accessory", {})]
        found += [e for e in elements if e.get("type") == "button"]
    return found
