"""The bot scopes an install asks for; manifest.json and docs/slack-app.md say the same (tests hold them together)."""

from typing import Final

BOT_SCOPES: Final = (
    "app_mentions:read",
    "assistant:write",
    "channels:read",
    "chat:write",
    "commands",
    "files:write",
    "groups:read",
    "im:history",
    "im:write",
    "links:read",
    "links:write",
    "reactions:read",
    "users:read",
    "users:read.email",
)
