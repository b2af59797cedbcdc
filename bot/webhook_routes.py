"""The address a CRM sends to."""

from typing import Final

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.metrics import Metrics
from bot.web import MAX_BODY, read_body
from bot.webhooks import Sent, Told, Webhooks
from persona.errors import PersonaBotError

_log = structlog.get_logger(__name__)
_TOO_LARGE: Final = f"The body is larger than {MAX_BODY:,} bytes: send the items in several deliveries."
_LATER: Final = "This can't be kept just now. Nothing was; send it again."
_AGAIN_AFTER_S: Final = "10"
_KNOWN: Final = 200


def webhook_routes(webhooks: Webhooks, metrics: Metrics) -> list[Route]:
    """The route; what we can't keep just now is to be sent again."""

    async def receive(request: Request) -> Response:
        answer, told = await received(request)
        accepted, rejected = (told.document.get("accepted", 0), told.document.get("rejected", ())) if told else (0, ())
        fresh = answer.status_code != _KNOWN  # one that came before was counted then
        metrics.delivery(answer.status_code, accepted=accepted * fresh, rejected=len(rejected) * fresh)
        return answer

    async def received(request: Request) -> tuple[Response, Told | None]:
        body = await read_body(request)
        if body is None:
            return JSONResponse({"error": _TOO_LARGE}, status_code=413), None
        headers = request.headers
        sent = Sent(
            source=request.path_params["source"],
            timestamp=headers.get("x-persona-timestamp", ""),
            signature=headers.get("x-persona-signature", ""),
            delivery=headers.get("x-persona-delivery", "").strip(),
            body=body,
        )
        try:
            told = await webhooks.receive(sent)
        except PersonaBotError as error:
            _log.warning("webhook_not_kept", error=type(error).__name__)
            return JSONResponse({"error": _LATER}, status_code=503, headers={"Retry-After": _AGAIN_AFTER_S}), None
        return JSONResponse(told.document, status_code=told.status, headers=dict(told.headers)), told

    return [Route("/crm/webhooks/{source}", receive, methods=["POST"])]
