"""`/metrics`, for who may read it: with METRICS_TOKEN whoever has it, else only a program on this machine."""

import hmac
import time
from contextlib import suppress
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.health import ReadVitals
from bot.metrics import Metrics
from persona.errors import PersonaBotError
from storage.vitals import Vitals

_HERE: Final = frozenset({"127.0.0.1", "::1"})
_FORWARDED: Final = ("x-forwarded-for", "forwarded", "x-real-ip", "via")
_CLOSED: Final = "Metrics are read on this machine, or with METRICS_TOKEN set and sent as a bearer token.\n"
_KEPT_S: Final = 5.0
"""However many read them, the database is asked no oftener."""


def metrics_route(metrics: Metrics, read: ReadVitals, *, token: str | None) -> Route:
    """The route."""
    known: list[tuple[float, Vitals]] = []

    async def vitals() -> Vitals | None:
        if not known or time.monotonic() - known[0][0] > _KEPT_S:
            known.clear()
            with suppress(PersonaBotError, TimeoutError):
                known.append((time.monotonic(), await read()))
        return known[0][1] if known else None

    async def page(request: Request) -> Response:
        if not _may_read(request, token):
            return PlainTextResponse(_CLOSED, status_code=403)
        return Response(metrics.page(await vitals()), media_type=CONTENT_TYPE_LATEST)

    return Route("/metrics", page)


def _may_read(request: Request, token: str | None) -> bool:
    if token is not None:
        given = request.headers.get("authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    # What a proxy on this machine passes on comes from elsewhere.
    forwarded = any(name in request.headers for name in _FORWARDED)
    return not forwarded and request.client is not None and request.client.host in _HERE
