"""Share: the button, and the form it opens."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck

from blocks.share_form import sharing_view
from bot.handlers.requests import parse_share_asked, parse_share_submitted

if TYPE_CHECKING:
    from bot.share_form import ShareForm


def handle_share(form: "ShareForm") -> Callable[..., Awaitable[BoltResponse]]:
    """The listener of Share: the form opens at once."""

    async def share(ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
        await form.open(parse_share_asked(body))
        return await ack()

    return share


def handle_share_form(form: "ShareForm") -> Callable[..., Awaitable[BoltResponse]]:
    """The listener of the form's submission, which it replaces by "Sharing…"."""

    async def share_form(ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
        await form.submit(parse_share_submitted(body))
        return await ack(response_action="update", view=sharing_view())

    return share_form
