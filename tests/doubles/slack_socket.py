"""The double's Socket Mode: envelopes over a WebSocket instead of signed HTTP, acknowledged within three seconds."""

import asyncio
import json
from typing import Any
from urllib.parse import parse_qs

import httpx
from aiohttp import WSMsgType, web

from tests.doubles.slack_api import WebApi

ACK_WINDOW_S = 3.0
MAX_CONNECTIONS = 10


class Sockets:
    """The open WebSockets of an app. Each envelope goes to one of them, in turn."""

    def __init__(self, slack: WebApi) -> None:
        self._slack = slack
        self._open: list[web.WebSocketResponse] = []
        self._acks: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._sent = 0
        self.ack_window_s = ACK_WINDOW_S
        self.connected = asyncio.Event()

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Serves one connection: hello, then acknowledgements until it closes."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if request.query.get("ticket") not in self._slack.tickets or len(self._open) >= MAX_CONNECTIONS:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return socket
        self._slack.tickets.remove(request.query["ticket"])
        self._open.append(socket)
        await socket.send_json({"type": "hello", "num_connections": len(self._open)})
        self.connected.set()
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                self._acknowledge(json.loads(message.data))
        self._open.remove(socket)
        return socket

    async def send(self, kind: str, payload: dict[str, Any], **retry: Any) -> dict[str, Any]:
        """Sends an envelope; what it is acknowledged with. Fails when that takes over three seconds."""
        self._sent += 1
        envelope_id, socket = f"e{self._sent}", self._open[self._sent % len(self._open)]
        self._acks[envelope_id] = asyncio.get_running_loop().create_future()
        answers = kind != "events_api"
        envelope = {"envelope_id": envelope_id, "type": kind, "payload": payload, "accepts_response_payload": answers}
        await socket.send_json({**envelope, **retry})
        try:
            return await asyncio.wait_for(self._acks[envelope_id], self.ack_window_s)
        except TimeoutError:
            raise AssertionError("operation_timeout") from None

    async def refresh(self) -> None:
        """Ends all connections as Slack does every few hours; the app opens new ones."""
        self.connected.clear()
        for socket in list(self._open):
            await socket.send_json({"type": "disconnect", "reason": "refresh_requested"})

    async def close(self) -> None:
        """Closes all connections."""
        for socket in list(self._open):
            await socket.close()

    def _acknowledge(self, said: dict[str, Any]) -> None:
        waiting = self._acks.get(str(said.get("envelope_id")))
        if waiting and not waiting.done():
            waiting.set_result(said.get("payload") or {})


class SocketApp(httpx.AsyncClient):
    """The app over Socket Mode, where the double would post to it: `Person(slack, SocketApp(slack.sockets))`."""

    def __init__(self, sockets: Sockets) -> None:
        super().__init__(base_url="http://127.0.0.1", transport=_SocketTransport(sockets))


class _SocketTransport(httpx.AsyncBaseTransport):
    def __init__(self, sockets: Sockets) -> None:
        self._sockets = sockets

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = request.content.decode()
        retry = {}
        if request.headers["content-type"] == "application/json":
            kind, payload = "events_api", json.loads(body)
            if "x-slack-retry-num" in request.headers:
                reason = request.headers["x-slack-retry-reason"]
                retry = {"retry_attempt": int(request.headers["x-slack-retry-num"]), "retry_reason": reason}
        else:
            form = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
            kind = "interactive" if "payload" in form else "slash_commands"
            payload = json.loads(form["payload"]) if "payload" in form else form
        answer = await self._sockets.send(kind, payload, **retry)
        return httpx.Response(200, text=json.dumps(answer) if answer else "")
