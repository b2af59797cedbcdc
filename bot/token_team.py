"""Which Slack team our bot token belongs to: only that team may take over the imported CRM."""

import asyncio
from typing import Final

import aiohttp
import structlog
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

_log = structlog.get_logger(__name__)
_PATIENCE_S: Final = 0.8


class TokenTeam:
    """Asks Slack once. Without a token, or while Slack is silent, the signing secret has to do: it is our app's.

    Where many workspaces install by link that says nothing, so there the team has to be named.
    """

    def __init__(self, client: AsyncWebClient, token: str | None, *, named: str | None, by_link: bool) -> None:
        self._client, self._token, self._named, self._by_link = client, token, named, by_link
        self._team_id: str | None = None

    async def may_claim(self, team_id: str) -> bool:
        """Whether the team is the one named; without a name, unless Slack says that our token is another team's."""
        if self._named is not None or self._by_link:
            return team_id == self._named
        if self._token is None:
            return True
        if self._team_id is None:
            self._team_id = await self._ask()
        return self._team_id in {None, team_id}

    async def _ask(self) -> str | None:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                answer = await self._client.auth_test(token=self._token)
        except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError) as error:
            _log.warning("token_team_unknown", error=type(error).__name__)
            return None
        return str(answer["team_id"])
