"""Calls of Slack's Web API for a workspace: its token, at most a message a second and channel, errors as ours."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import aiohttp
from cachetools import TTLCache
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.metrics import Metrics
from persona.errors import DeliveryError

TokenOf = Callable[[int], Awaitable[str]]
"""The bot token of a workspace; raises UnknownWorkspaceError when Persona Bot isn't installed there."""
_PER_CHANNEL_S: Final = 1.0  # docs.slack.dev/apis/web-api/rate-limits: about one message a second and channel
_LONGEST_WAIT_S: Final = 2.0
_UPLOAD_S: Final = 60
_MANY: Final = 10_000
_BUSY: Final = frozenset({"ratelimited", "rate_limited", "service_unavailable"})
_LIMITED: Final = frozenset({"ratelimited", "rate_limited"})
_BROKEN: Final = frozenset({"internal_error", "fatal_error"})
"""After these the call may have had its effect (docs.slack.dev/reference/methods/chat.postMessage, "Errors")."""
_READ_AS_FORM: Final = frozenset(
    {
        "auth.test",
        "bots.info",
        "conversations.info",
        "conversations.members",
        "files.getUploadURLExternal",
        "team.info",
        "users.info",
        "users.list",
    }
)
"""Methods that take no JSON (docs.slack.dev/reference/methods/<method>, "Content types")."""
_OK, _TOO_MANY, _SERVER, _UNAVAILABLE = 200, 429, 500, 503


class SlackCalls:
    """The Web API as the workspace's bot. It never tries twice: what may be tried again says so, and when."""

    def __init__(self, client: AsyncWebClient, token_of: TokenOf, metrics: Metrics) -> None:
        self._client, self._token_of, self._metrics = client, token_of, metrics
        self._free_at: TTLCache[tuple[int, str], float] = TTLCache(maxsize=_MANY, ttl=60)

    async def call(self, workspace_id: int, method: str, **arguments: Any) -> Mapping[str, Any]:
        """Slack's answer; raises DeliveryError with Slack's word for what is wrong, UnknownWorkspaceError."""
        token = await self._token_of(workspace_id)
        try:
            answer = await self._called(method, {"token": token, **_given(arguments)})
        except DeliveryError as error:
            self._metrics.slack_call(method, _outcome(error))
            raise
        self._metrics.slack_call(method, "ok")
        return answer

    async def _called(self, method: str, given: dict[str, Any]) -> Mapping[str, Any]:
        try:
            if method in _READ_AS_FORM:
                answer = await self._client.api_call(method, params=given)
            else:
                answer = await self._client.api_call(method, json=given)
        except SlackApiError as error:
            raise _refused(error) from None
        except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError) as error:
            unsent = isinstance(error, aiohttp.ClientConnectorError)
            raise DeliveryError(type(error).__name__, retry=True, uncertain=not unsent) from error
        return answer.data if isinstance(answer.data, dict) else {}

    async def send_file(self, upload_url: str, content: bytes) -> None:
        """Sends a file's bytes where Slack said; raises DeliveryError."""
        patience = aiohttp.ClientTimeout(total=_UPLOAD_S)
        try:
            async with (
                aiohttp.ClientSession(timeout=patience) as session,
                session.post(upload_url, data=content) as sent,
            ):
                status = sent.status
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise DeliveryError(type(error).__name__, retry=True) from error
        if status != _OK:
            raise DeliveryError(f"upload {status}", retry=status >= _SERVER)

    async def call_in_turn(
        self, workspace_id: int, channel_id: str, method: str, **arguments: Any
    ) -> Mapping[str, Any]:
        """`call` for what appears in a channel, a second after the one before.

        A wait of over two seconds is left to the queue: DeliveryError says when to come again.
        """
        now = time.monotonic()
        free_at = max(now, self._free_at.get((workspace_id, channel_id), now))
        if free_at - now > _LONGEST_WAIT_S:
            raise DeliveryError("ratelimited", retry=True, after_s=free_at - now)
        self._free_at[workspace_id, channel_id] = free_at + _PER_CHANNEL_S
        await asyncio.sleep(free_at - now)
        return await self.call(workspace_id, method, channel=channel_id, **arguments)


def _outcome(error: DeliveryError) -> str:
    if error.answer in _LIMITED:
        return "ratelimited"
    return "unreachable" if error.retry else "refused"


def _given(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if value is not None}


def _refused(error: SlackApiError) -> DeliveryError:
    """What Slack's refusal means: its own word, whether another try can help, and when."""
    response = error.response
    # What isn't JSON the client hands over as plain text, or as aiohttp's own response, whose word for it is another.
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0) or 0)
    said = getattr(response, "data", None)
    word = str((said.get("error") if isinstance(said, dict) else None) or status)
    headers = getattr(response, "headers", None) or {}
    after = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    broken = word in _BROKEN or (status >= _SERVER and status != _UNAVAILABLE)
    busy = broken or status in {_TOO_MANY, _UNAVAILABLE} or word in _BUSY
    when = float(after) if str(after).isdigit() else None
    return DeliveryError(word[:80], retry=busy, after_s=when, uncertain=broken)
