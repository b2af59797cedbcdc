"""Which workspace a Slack team works in."""

from collections.abc import Awaitable, Callable
from typing import Final

from cachetools import TTLCache

from bot.actors import Team
from persona.errors import UnknownWorkspaceError
from storage.database import Database
from storage.workspaces import claim_default_workspace, workspace_of_team

_TEAM_TTL_S: Final = 60
_MANY: Final = 10_000


class Tenants:
    """Knows the workspace of a team for a minute."""

    def __init__(self, *, database: Database, may_claim: Callable[[str], Awaitable[bool]]) -> None:
        self._database, self._may_claim = database, may_claim
        self._known: TTLCache[Team, int] = TTLCache(maxsize=_MANY, ttl=_TEAM_TTL_S)

    async def workspace(self, team: Team) -> int:
        """The workspace of a Slack team. Our token's team takes over the CRM imported before any team was known.

        Raises UnknownWorkspaceError.
        """
        known = self._known.get(team)
        if known is None:
            known = self._known[team] = await self._look_up(team)
        return known

    async def _look_up(self, team: Team) -> int:
        try:
            return await workspace_of_team(self._database, team.team_id, team.enterprise_id)
        except UnknownWorkspaceError:
            if not await self._may_claim(team.team_id):
                raise
        return await claim_default_workspace(self._database, team.team_id, team.enterprise_id)
