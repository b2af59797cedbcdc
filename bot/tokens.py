"""Slack's tokens: encrypted where they are stored, refreshed before they end, one place for all who call Slack."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

import aiohttp
import structlog
from cachetools import TTLCache
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from persona.errors import SettingsError, UnknownWorkspaceError
from persona.ports import Clock
from storage.database import Database
from storage.installations import Installation, load_installation, save_installation
from storage.workspaces import list_workspaces

_log = structlog.get_logger(__name__)
_KNOWN_S: Final = 60
_MANY: Final = 10_000
_AHEAD: Final = timedelta(hours=3)
"""How long before its end a token is refreshed; Slack's rotating tokens live twelve hours."""
_WRONG_KEY: Final = "A stored secret can't be read: PERSONA_SECRET_KEY is not one it was encrypted with."
_NO_KEY: Final = (
    "PERSONA_SECRET_KEY is not usable. Make one with `persona-bot secret-key`; several stand with commas between."
)


class Cipher:
    """Encrypts with the first key and reads with any, so that keys can be changed."""

    def __init__(self, keys: str) -> None:
        """Raises SettingsError when these are no keys."""
        try:
            self._fernet = MultiFernet([Fernet(key.strip()) for key in keys.split(",")])
        except (ValueError, TypeError) as error:
            raise SettingsError(_NO_KEY) from error

    def encrypt(self, secret: str) -> bytes:
        """What may be stored."""
        return self._fernet.encrypt(secret.encode())

    def decrypt(self, stored: bytes, *, ttl_s: int | None = None) -> str:
        """The secret; raises SettingsError when no key fits, or it is older than `ttl_s`."""
        try:
            return self._fernet.decrypt(stored, ttl=ttl_s).decode()
        except InvalidToken as error:
            raise SettingsError(_WRONG_KEY) from error


@dataclass(frozen=True, slots=True)
class AppKeys:
    """What Slack knows the app by, and what tokens are encrypted with."""

    client_id: str
    client_secret: str
    cipher: Cipher


class Tokens:
    """The bot tokens of all workspaces."""

    def __init__(
        self, *, database: Database, client: AsyncWebClient, keys: AppKeys | None, own_token: str | None, clock: Clock
    ) -> None:
        """`own_token` serves the workspaces without an install: the one a single team set up by hand."""
        self._database, self._client, self._keys = database, client, keys
        self._own_token, self._clock = own_token, clock
        self._known: TTLCache[int, str] = TTLCache(maxsize=_MANY, ttl=_KNOWN_S)

    async def of(self, workspace_id: int) -> str:
        """The workspace's bot token; raises UnknownWorkspaceError where the app isn't installed, and SettingsError."""
        known = self._known.get(workspace_id)
        if known is None:
            known = self._known[workspace_id] = await self._read(workspace_id)
        return known

    async def by_link(self, workspace_id: int) -> bool:
        """Whether the workspace's token came from an install by link; else it is the one set up by hand."""
        async with self._database.workspace(workspace_id) as connection:
            return self._keys is not None and await load_installation(connection, workspace_id) is not None

    def forget(self, workspace_id: int) -> None:
        """Reads the token anew next time."""
        self._known.pop(workspace_id, None)

    async def refresh_due(self) -> int:
        """Refreshes what ends within three hours, workspace by workspace; how many. The clock calls it."""
        if self._keys is None:
            return 0
        done = 0
        for entry in await list_workspaces(self._database):
            done += await self._refresh(entry.workspace_id, self._keys)
        return done

    async def _read(self, workspace_id: int) -> str:
        async with self._database.workspace(workspace_id) as connection:
            install = await load_installation(connection, workspace_id)
        if install is None or self._keys is None:
            if self._own_token is None:
                raise UnknownWorkspaceError
            return self._own_token
        if install.expires_at is not None and install.expires_at <= self._clock():  # no clock ran for hours
            await self._refresh(workspace_id, self._keys)
            async with self._database.workspace(workspace_id) as connection:
                install = await load_installation(connection, workspace_id) or install
        return self._keys.cipher.decrypt(install.bot_token)

    async def _refresh(self, workspace_id: int, keys: AppKeys) -> bool:
        """A refresh token serves once, so the row is locked while Slack answers: a second caller finds it done."""
        async with self._database.workspace(workspace_id) as connection:
            install = await load_installation(connection, workspace_id, lock=True)
            if install is None or install.refresh_token is None or not self._is_due(install):
                return False
            refresh = keys.cipher.decrypt(install.refresh_token)
            asked = {"grant_type": "refresh_token", "refresh_token": refresh}
            answer = await _asked(lambda: oauth_access(self._client, keys, asked))
            if answer is None:
                return False
            await save_installation(connection, workspace_id, renewed(install, answer, keys.cipher, self._clock()))
        self.forget(workspace_id)
        return True

    def _is_due(self, install: Installation) -> bool:
        return install.expires_at is not None and install.expires_at - self._clock() <= _AHEAD


def renewed(install: Installation, answer: Any, cipher: Cipher, now: datetime) -> Installation:
    """The install with the tokens of an answer of oauth.v2.access."""
    refresh, lasts_s = answer.get("refresh_token"), answer.get("expires_in")
    return replace(
        install,
        bot_token=cipher.encrypt(str(answer["access_token"])),
        refresh_token=cipher.encrypt(str(refresh)) if refresh else None,
        expires_at=now + timedelta(seconds=int(lasts_s)) if lasts_s else None,
    )


async def oauth_access(client: AsyncWebClient, keys: AppKeys, asked: Mapping[str, str]) -> Any:
    """Slack's answer of oauth.v2.access; raises slack_sdk's errors.

    In the body, for an address is logged on its way; slack_sdk's own method uses what aiohttp will not have any more.
    """
    who = {"client_id": keys.client_id, "client_secret": keys.client_secret}
    return await client.api_call("oauth.v2.access", data={**who, **asked})


async def _asked(call: Callable[[], Awaitable[Any]]) -> Any | None:
    """Slack's answer, or None, logged: the old token serves until its end, and the clock tries again."""
    try:
        return await call()
    except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError) as error:
        response = getattr(error, "response", None)
        word = str(response.get("error"))[:80] if response is not None and hasattr(response, "get") else ""
        _log.error("token_not_refreshed", error=type(error).__name__, slack=word)
        return None
