"""The ASGI app: Slack's requests verified at the edge and timed, and what else is served."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import structlog
from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from structlog.contextvars import bound_contextvars

from bot.logs import ids
from bot.metrics import Metrics
from bot.payloads import parse_payload

_log = structlog.get_logger(__name__)
MAX_BODY = 1_000_000

_KINDS = frozenset(
    {"block_actions", "block_suggestion", "message_action", "shortcut", "view_closed", "view_submission"}
)
Concern = Callable[[dict[str, Any]], Awaitable[bool]]


def build_web(
    *, slack_app: AsyncApp, signing_secret: str, concerns: Concern, metrics: Metrics, more: Sequence[Route] = ()
) -> Starlette:
    """The web process, with `more` served beside Slack's requests. What is none of our concern is acknowledged."""
    verifier = SignatureVerifier(signing_secret)

    async def slack_events(request: Request) -> Response:
        began, payload = time.perf_counter(), dict[str, Any]()
        answer = await answered(request, payload)
        metrics.slack_request(_kind(payload), answer.status_code, time.perf_counter() - began)
        return answer

    async def answered(request: Request, payload: dict[str, Any]) -> Response:
        raw = await read_body(request)
        if raw is None:
            return PlainTextResponse("too large", status_code=413)
        body = raw.decode(errors="replace")
        if not _is_from_slack(verifier, request, body):
            _log.warning("slack_request_refused", path=request.url.path)
            return PlainTextResponse("", status_code=401)
        try:
            payload |= parse_payload(body, request.headers.get("content-type", ""))
        except ValueError:
            return PlainTextResponse("", status_code=400)
        try:
            with bound_contextvars(**_ids(payload)):
                if "ssl_check" in payload or not await concerns(payload):
                    return PlainTextResponse("")
                return await _dispatch(slack_app, payload, dict(request.headers))
        except Exception as error:  # noqa: BLE001 - Bolt itself stumbled, before any listener, over what Slack never sends
            _log.warning("slack_request_not_understood", error=type(error).__name__)
            return PlainTextResponse("", status_code=400)

    return Starlette(
        exception_handlers={ClientDisconnect: _hung_up},
        routes=[Route("/slack/events", slack_events, methods=["POST"]), *more],
    )


def _ids(payload: Mapping[str, Any]) -> Mapping[str, str | int]:
    """What the log says of a request: what kind, whose, which event."""
    team = payload.get("team") or {}
    team_id = payload.get("team_id") or (team.get("id") if isinstance(team, dict) else None)
    return ids(kind=_kind(payload), team=team_id, event_id=payload.get("event_id"))


async def _hung_up(_: Request, __: Exception) -> Response:
    """The sender left before its request was whole: nobody reads this, and it is no fault of ours."""
    return PlainTextResponse("", status_code=400)


async def _dispatch(slack_app: AsyncApp, payload: dict[str, Any], headers: dict[str, str | Sequence[str]]) -> Response:
    # Bolt 1.30 parses any form that holds the word "payload" as an interaction and answers 404 to
    # `/persona payload systems`; a dict is taken as it is, which the mode of Socket Mode allows.
    bolt_request = AsyncBoltRequest(body=payload, headers=headers, mode="socket_mode")
    return to_starlette_response(await slack_app.async_dispatch(bolt_request))


def _kind(payload: Mapping[str, Any]) -> str:
    """What Slack calls this request, of the words we know."""
    if "command" in payload:
        return "command"
    kind = payload.get("type")
    return "event" if kind == "event_callback" else kind if isinstance(kind, str) and kind in _KINDS else "other"


async def read_body(request: Request) -> bytes | None:
    """The body, or None past a million bytes: more than Slack ever sends."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            return None
    return bytes(body)


def _is_from_slack(verifier: SignatureVerifier, request: Request, body: str) -> bool:
    """Whether the signature fits the body and is at most five minutes old."""
    timestamp = request.headers.get("x-slack-request-timestamp", "")
    signature = request.headers.get("x-slack-signature", "")
    well_formed = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12 and signature.isascii()
    if not well_formed:
        return False
    return verifier.is_valid(body, timestamp, signature)
