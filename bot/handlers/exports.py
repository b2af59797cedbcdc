"""The form of an export."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck

from blocks.export_form import making_view
from bot.handlers.requests_exports import parse_export

if TYPE_CHECKING:
    from bot.exporting import Exporting


def handle_export_form(exporting: "Exporting") -> Callable[..., Awaitable[BoltResponse]]:
    """The listener of the form's submission, which it replaces by "Making the file…"."""

    async def export_form(ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
        await exporting.submit(parse_export(body))
        return await ack(response_action="update", view=making_view())

    return export_form
