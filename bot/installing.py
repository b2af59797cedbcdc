"""Installs: a workspace or an organisation allows the app, its tokens are kept, who installed is welcomed, it ends."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

import aiohttp
import structlog
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from blocks.welcome import welcome
from bot.actors import Team
from bot.ladder import Render, just
from bot.posting import Reply
from bot.promises import Promises, Task
from bot.scopes import BOT_SCOPES
from bot.tenants import Tenants
from bot.tokens import AppKeys, Tokens, oauth_access, renewed
from persona.errors import DeliveryError, UnknownWorkspaceError
from persona.ports import Clock
from storage.database import AsyncConnection, Database
from storage.installations import (
    Installation,
    delete_data,
    end_installation,
    ended_workspaces,
    save_installation,
    workspace_for_install,
)
from storage.workspaces import load_preferences

WELCOME: Final = "welcome_installer"
AUTHORIZE: Final = "https://slack.com/oauth/v2/authorize"
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Installed:
    """An install that is done: the name Slack gives the workspace or organisation, and the app's id."""

    name: str
    slack_id: str
    app_id: str


class Installing:
    """Installs and ends installs."""

    def __init__(
        self,
        *,
        database: Database,
        client: AsyncWebClient,
        keys: AppKeys | None,
        tokens: Tokens,
        tenants: Tenants,
        promises: Promises,
        stop_batches: Callable[[AsyncConnection, int], Awaitable[None]],
        clock: Clock,
    ) -> None:
        """`stop_batches` sees to it that nothing of a workspace stays with the model's server."""
        self._stop_batches = stop_batches
        self._database, self._client, self.keys = database, client, keys
        self._tokens, self._tenants, self._promises, self._clock = tokens, tenants, promises, clock

    @property
    def tasks(self) -> Mapping[str, Task]:
        """What a worker does, by name."""
        return {WELCOME: self.welcome}

    def page(self, keys: AppKeys, state: str) -> str:
        """The address of Slack's page where somebody allows the app."""
        asked = {"client_id": keys.client_id, "scope": ",".join(BOT_SCOPES), "user_scope": "", "state": state}
        return f"{AUTHORIZE}?{urlencode(asked)}"

    async def finish(self, keys: AppKeys, code: str) -> Installed:
        """Exchanges the code Slack sent somebody back with, once; raises DeliveryError with Slack's word.

        A team that was never here gets a workspace of its own, which is empty: nobody takes over another's CRM.
        """
        answer = await self._exchange(keys, code)
        owner = answer.get("team") or answer.get("enterprise") or {}
        slack_id, name = str(owner["id"]), str(owner.get("name") or owner["id"])
        enterprise_id = str((answer.get("enterprise") or {}).get("id") or "") or None
        by = str((answer.get("authed_user") or {}).get("id") or "") or None
        try:  # the team it is named for takes over the CRM imported before
            workspace_id = await self._tenants.workspace(Team(slack_id, enterprise_id))
        except UnknownWorkspaceError:
            workspace_id = await workspace_for_install(self._database, slack_id, enterprise_id, name)
        install = Installation(
            app_id=str(answer["app_id"]),
            bot_user_id=str(answer.get("bot_user_id") or "") or None,
            scopes=str(answer.get("scope") or "").split(","),
            bot_token=b"",
            installed_by=by,
        )
        async with self._database.workspace(workspace_id) as connection:
            await save_installation(connection, workspace_id, renewed(install, answer, keys.cipher, self._clock()))
        self._tokens.forget(workspace_id)
        if by:
            await self._promises.make(WELCOME, Reply(workspace_id, by))
        return Installed(name, slack_id, install.app_id)

    async def welcome(self, *, reply: Reply) -> Render:  # noqa: ARG002 - every promise is told to whom it replies
        """The first message to who installed."""
        return just(welcome())

    async def end(self, team: Team, *, reason: str) -> None:
        """Ends a team's install, as Slack tells of it; its data go when the workspace's days are over."""
        try:
            workspace_id = await self._tenants.workspace(team)
        except UnknownWorkspaceError:
            return
        async with self._database.workspace(workspace_id) as connection:
            await end_installation(connection, workspace_id, reason=reason, at=self._clock())
            await self._stop_batches(connection, workspace_id)
        self._tokens.forget(workspace_id)
        await self._delete_if_over(workspace_id, days_gone=timedelta())

    async def delete_ended(self) -> int:
        """Deletes the data of the workspaces whose days are over; of how many. The clock calls it."""
        deleted = 0
        for ended in await ended_workspaces(self._database):
            deleted += await self._delete_if_over(ended.workspace_id, days_gone=self._clock() - ended.ended_at)
        return deleted

    async def _delete_if_over(self, workspace_id: int, *, days_gone: timedelta) -> bool:
        async with self._database.workspace(workspace_id) as connection:
            kept = (await load_preferences(connection, workspace_id)).keep_days_after_uninstall
            if days_gone < timedelta(days=kept):
                return False
            rows = await delete_data(connection, workspace_id)
        if rows:
            _log.info("workspace_data_deleted", workspace_id=workspace_id, rows=rows)
        return rows > 0

    async def _exchange(self, keys: AppKeys, code: str) -> Mapping[str, Any]:
        try:
            answer = await oauth_access(self._client, keys, {"code": code})
        except SlackClientError as error:
            response = getattr(error, "response", None)
            word = str(response.get("error"))[:80] if response is not None else type(error).__name__
            raise DeliveryError(word, retry=False) from None
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise DeliveryError(type(error).__name__, retry=True) from error
        return answer.data if isinstance(answer.data, dict) else {}
