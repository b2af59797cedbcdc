"""Whatever is sent to us, signed or not: no 5xx, no word of the CRM, no message anywhere nobody asked for one.

`make fuzz` sends 10,000; FUZZ_EXAMPLES sets another number.
"""

import asyncio
import json
import os
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples
from slack_sdk.signature import SignatureVerifier

from bot.wiring import Services
from storage.database import Database
from tests.bot.conftest import settings, work
from tests.bot.fuzz_payloads import bodies
from tests.doubles.slack_server import SlackDouble

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "300"))
CRM_WORDS = ("northwind", "Northwind", "Traceback", "SELECT ", "workspace_id")


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
        self.services = Services(settings(self.slack), await Database.open(self._url))
        self._stack.push_async_callback(self.services.close)
        await self._stack.enter_async_context(self.services.queue.open_async())
        transport = httpx.ASGITransport(app=self.services.web(), raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")
        self.app = await self._stack.enter_async_context(client)

    def send(self, body: bytes, content_type: str, *, signed: bool = True) -> httpx.Response:
        return self._runner.run(self._send(body, content_type, signed=signed))

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


@pytest.fixture
def rig(sample_url: str) -> Any:
    with Rig(sample_url) as made:
        yield made


def test_nothing_sent_to_us_breaks_us_or_makes_us_speak(rig: Rig) -> None:
    @examples(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(bodies())
    def hold(sent: tuple[bytes, str]) -> None:
        answer = rig.send(*sent)
        assert answer.status_code < 500, (answer.status_code, sent)
        assert [word for word in CRM_WORDS if word in answer.text and word.encode() not in sent[0]] == [] or _is_card(
            answer
        )

    hold()
    rig.work()
    messages = [message for channel in rig.slack.web.channels.values() for message in channel.messages.values()]
    assert [m for m in messages if "<!channel>" in str(m.get("text"))] == []


def test_what_is_not_signed_by_slack_is_not_even_read(rig: Rig) -> None:
    @examples(max_examples=100, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(bodies())
    def hold(sent: tuple[bytes, str]) -> None:
        answer = rig.send(*sent, signed=False)
        assert (answer.status_code, answer.text) == (401, "")

    hold()
    assert rig.slack.api_calls == []


def _is_card(answer: httpx.Response) -> bool:
    """Whether it is an answer to a command: a card for its sender's eyes only."""
    try:
        return json.loads(answer.text).get("response_type", "ephemeral") == "ephemeral"
    except ValueError:
        return False
