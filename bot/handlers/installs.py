"""Slack tells that an install is over."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from bot.handlers.requests import parse_team

if TYPE_CHECKING:
    from bot.installing import Installing


def handle_uninstalled(installing: "Installing") -> Callable[..., Awaitable[None]]:
    """The listener of app_uninstalled."""

    async def uninstalled(body: dict[str, Any]) -> None:
        await installing.end(parse_team(body), reason="app_uninstalled")

    return uninstalled


def handle_revoked(installing: "Installing") -> Callable[..., Awaitable[None]]:
    """The listener of tokens_revoked; users' tokens, which we have none of, are no end."""

    async def revoked(body: dict[str, Any]) -> None:
        if (body["event"].get("tokens") or {}).get("bot"):
            await installing.end(parse_team(body), reason="tokens_revoked")

    return revoked
