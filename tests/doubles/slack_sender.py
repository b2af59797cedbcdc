"""Slack's requests to our app: signed, and acknowledged within three seconds or failed as Slack shows it."""

import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import httpx
from slack_sdk.signature import SignatureVerifier

from tests.doubles.slack_api import WebApi
from tests.doubles.slack_requests import Workspace, event_callback

ACK_WINDOW_S = 3.0


class Sender:
    """Sends as the workspace `team_id`, which may belong to an organisation; `web` is what Slack keeps."""

    def __init__(self, signing_secret: str, team_id: str) -> None:
        self.signing_secret, self.team_id = signing_secret, team_id
        self.enterprise_id: str | None = None
        self.org_install = False
        self.web = WebApi()
        self._events = 0

    @property
    def space(self) -> Workspace:
        """The workspace that requests come from, as they say it."""
        return Workspace(self.team_id, self.enterprise_id, self.org_install)

    def sign(self, body: str, *, timestamp: int | None = None, json_body: bool = False) -> dict[str, str]:
        """The headers Slack sends with a body."""
        stamp = str(int(time.time()) if timestamp is None else timestamp)
        signature = SignatureVerifier(self.signing_secret).generate_signature(timestamp=stamp, body=body)
        return {
            "content-type": "application/json" if json_body else "application/x-www-form-urlencoded",
            "x-slack-request-timestamp": stamp,
            "x-slack-signature": str(signature),
        }

    async def interact(self, app: httpx.AsyncClient, payload: dict[str, Any]) -> dict[str, Any]:
        """Sends an interaction with a fresh trigger_id; the body of its acknowledgement."""
        triggered = {"trigger_id": self.web.new_trigger(payload["user"]["id"]), **payload}
        answer = await self.send(app, urlencode({"payload": json.dumps(triggered)}))
        body: dict[str, Any] = json.loads(answer.text) if answer.text else {}
        return body

    async def event(
        self, app: httpx.AsyncClient, event: dict[str, Any], *, event_id: str | None = None, retry: int = 0
    ) -> str:
        """Sends an event; its id. That id and `retry` 1 to 3 deliver it again, as Slack does after a failure."""
        self._events += 1
        event_id = event_id or f"Ev{self._events:06d}"
        await self.deliver(app, event, event_id=event_id, retry=retry)
        return event_id

    async def deliver(
        self, app: httpx.AsyncClient, event: dict[str, Any], *, event_id: str, retry: int = 0
    ) -> httpx.Response:
        """Sends an event of that id."""
        body = json.dumps(event_callback(self.space, event, event_id, int(self.web.clock.now())))
        again = {"x-slack-retry-num": str(retry), "x-slack-retry-reason": "http_timeout"} if retry else {}
        return await self.send(app, body, json_body=True, headers=again)

    async def send(
        self,
        app: httpx.AsyncClient,
        body: str,
        *,
        json_body: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Sends a signed body, and fails as Slack shows it when it isn't acknowledged with 200 in three seconds."""
        started = time.monotonic()
        signed = self.sign(body, json_body=json_body)
        answer = await app.post("/slack/events", content=body, headers={**signed, **(headers or {})})
        assert time.monotonic() - started < ACK_WINDOW_S, "operation_timeout"
        assert answer.status_code == 200, f"dispatch_failed: {answer.status_code}"
        return answer
