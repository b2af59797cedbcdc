"""The settings form: opened from an admin's Home, and sent."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck

from bot.handlers.requests_settings import parse_settings, parse_settings_asked

if TYPE_CHECKING:
    from bot.workspace_settings import WorkspaceSettings


def handle_settings(settings: "WorkspaceSettings") -> Callable[..., Awaitable[BoltResponse]]:
    """The listener of Settings…: the form opens at once."""

    async def asked(ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
        await settings.open(parse_settings_asked(body))
        return await ack()

    return asked


def handle_settings_form(settings: "WorkspaceSettings") -> Callable[..., Awaitable[BoltResponse]]:
    """The listener of the form's submission: it stays open with what is wrong below each field, else it closes."""

    async def sent(ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
        wrong = await settings.submit(parse_settings(body))
        return await (ack(response_action="errors", errors=dict(wrong)) if wrong else ack())

    return sent
