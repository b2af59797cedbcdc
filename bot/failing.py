"""What is answered when a request could not be served: one sentence, where its sender looks."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from slack_bolt import BoltResponse

from blocks.card import Card
from blocks.modal import Modal, as_view
from bot.errors import explain
from bot.handlers.requests_failed import FailedRequest, parse_failed
from bot.ladder import just
from bot.posting import Poster
from bot.tenants import Tenants
from persona.errors import DeliveryError, SetupError, UnknownWorkspaceError

ErrorHandler = Callable[..., Awaitable[BoltResponse]]
_MODAL: Final = Modal("Persona")


def answer_failures(poster: Poster, tenants: Tenants) -> ErrorHandler:
    """Bolt's error handler. Slack shows any status but 200 as its own failure."""

    async def answer(error: Exception, body: dict[str, Any]) -> BoltResponse:
        card, failed = explain(error), parse_failed(body)
        if failed.kind == "event_callback":  # Slack delivers again what it is told could not be taken
            return BoltResponse(status=503 if isinstance(error, SetupError) else 200, body="")
        said = _in_the_answer(failed, card)
        told = said is not None or await _beside(failed, card, poster, tenants)
        return BoltResponse(status=200 if told else _untold(error), body=said or "")

    return answer


def _untold(error: Exception) -> int:
    """Slack shows a failure of its own at any status but 200; 5xx is said of our own trouble alone."""
    return 503 if isinstance(error, SetupError) else 422


def _in_the_answer(failed: FailedRequest, card: Card) -> dict[str, Any] | None:
    """The answer's body, where Slack shows it; of a button's acknowledgement it shows nothing."""
    if failed.kind == "command":
        return {"response_type": "ephemeral", "text": card.text, "blocks": card.blocks}
    if failed.kind == "view_submission":
        return {"response_action": "update", "view": as_view(_MODAL, card)}
    return {"options": []} if failed.kind == "block_suggestion" else None


async def _beside(failed: FailedRequest, card: Card, poster: Poster, tenants: Tenants) -> bool:
    """By the response_url, beside the card they acted on, else as a modal; whether Slack took it."""
    try:
        if failed.response_url:
            await poster.replace(failed.response_url, just(card), original=False)
        elif failed.trigger_id:
            workspace_id = await tenants.workspace(failed.team)
            show = poster.push_view if failed.in_modal else poster.open_view
            await show(workspace_id, failed.trigger_id, _MODAL, just(card))
    except (DeliveryError, SetupError, UnknownWorkspaceError) as failure:
        explain(failure)
        return False
    return True
