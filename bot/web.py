"""The ASGI app: Slack's requests verified at the edge, and health."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog
from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.payloads import parse_payload

_log = structlog.get_logger(__name__)
MAX_BODY = 1_000_000

Probe = Callable[[], Awaitable[None]]
Concern = Callable[[dict[str, Any]], Awaitable[bool]]


def build_web(
    *, slack_app: AsyncApp, signing_secret: str, ready: Probe, concerns: Concern, more: Sequence[Route] = ()
) -> Starlette:
    """The web process. `ready` raises while the database can't be used. What is none of our concern is acknowledged."""
    verifier = SignatureVerifier(signing_secret)

    async def slack_events(request: Request) -> Response:
        raw = await read_body(request)
        if raw is None:
            return PlainTextResponse("too large", status_code=413)
        body = raw.decode(errors="replace")
        if not _is_from_slack(verifier, request, body):
            _log.warning("slack_request_refused", path=request.url.path)
            return PlainTextResponse("", status_code=401)
        try:
            payload = parse_payload(body, request.headers.get("content-type", ""))
        except ValueError:
            return PlainTextResponse("", status_code=400)
        try:
            if "ssl_check" in payload or not await concerns(payload):
                return PlainTextResponse("")
            return await _dispatch(slack_app, payload, dict(request.headers))
        except Exception as error:  # noqa: BLE001 - Bolt itself stumbled, before any listener, over what Slack never sends
            _log.warning("slack_request_not_understood", error=type(error).__name__)
            return PlainTextResponse("", status_code=400)

    return Starlette(routes=[Route("/slack/events", slack_events, methods=["POST"]), *_probes(ready), *more])


async def _dispatch(slack_app: AsyncApp, payload: dict[str, Any], headers: dict[str, str | Sequence[str]]) -> Response:
    # Bolt 1.30 parses any form that holds the word "payload" as an interaction and answers 404 to
    # `/persona payload systems`; a dict is taken as it is, which the mode of Socket Mode allows.
    bolt_request = AsyncBoltRequest(body=payload, headers=headers, mode="socket_mode")
    return to_starlette_response(await slack_app.async_dispatch(bolt_request))


def _probes(ready: Probe) -> list[Route]:
    async def healthz(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def readyz(_: Request) -> Response:
        try:
            await ready()
        except Exception as error:  # noqa: BLE001 - whatever is wrong, the probe's answer is "not ready"
            _log.warning("not_ready", error=type(error).__name__)
            return JSONResponse({"status": "not ready"}, status_code=503)
        return JSONResponse({"status": "ready"})

    return [Route("/healthz", healthz), Route("/readyz", readyz)]


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
