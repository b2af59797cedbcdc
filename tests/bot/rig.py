"""The app over the sample CRM and Slack's double, for tests that call from outside an event loop."""

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import Any, TypeVar

import httpx
from slack_sdk.signature import SignatureVerifier

from bot.wiring import Services
from storage.database import Database
from tests.bot.conftest import settings, work
from tests.doubles.slack_server import SlackDouble

T = TypeVar("T")


class Rig:
    """The app over the sample CRM and Slack's double, on a loop of its own: hypothesis calls from outside one."""

    def __init__(self, sample_url: str) -> None:
        self._url, self._runner, self._stack = sample_url, asyncio.Runner(), AsyncExitStack()

    def __enter__(self) -> "Rig":
        self._runner.run(self._open())
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.run(self._stack.aclose())
        self._runner.close()

    async def _open(self) -> None:
        self.slack = await self._stack.enter_async_context(SlackDouble().serve())
        self.slack.web.channel("C1")
        unpaced = settings(self.slack, shares_per_person=1_000_000, shares_per_channel=1_000_000)
        self.services = Services(unpaced, await Database.open(self._url))
        self._stack.push_async_callback(self.services.close)
        await self._stack.enter_async_context(self.services.queue.open_async())
        transport = httpx.ASGITransport(app=self.services.web(), raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")
        self.app = await self._stack.enter_async_context(client)

    def send(self, body: bytes, content_type: str, *, signed: bool = True) -> httpx.Response:
        return self._runner.run(self._send(body, content_type, signed=signed))

    def run(self, doing: Coroutine[Any, Any, T]) -> T:
        """Does it on the rig's loop."""
        return self._runner.run(doing)

    def work(self) -> None:
        self._runner.run(work(self.services))

    async def _send(self, body: bytes, content_type: str, *, signed: bool) -> httpx.Response:
        stamp = str(int(self.slack.web.clock.now()))
        signer = SignatureVerifier(self.slack.signing_secret if signed else "another")
        signature = signer.generate_signature(timestamp=stamp, body=body.decode(errors="replace"))
        headers = {
            "content-type": content_type,
            "x-slack-request-timestamp": stamp,
            "x-slack-signature": str(signature),
        }
        return await self.app.post("/slack/events", content=body, headers=headers)
