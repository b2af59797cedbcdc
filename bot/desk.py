"""What every surface begins with: the workspace asked in, who asks, and the engine as they may see."""

from dataclasses import dataclass

from bot.actors import Actor
from bot.audience import Audience
from bot.promises import Promises
from bot.showing import EngineOf
from bot.tenants import Tenants
from persona.visibility import Viewer


@dataclass(frozen=True, slots=True)
class Desk:
    """The collaborators that surfaces share."""

    engine_of: EngineOf
    promises: Promises
    audience: Audience
    tenants: Tenants

    async def admit(self, actor: Actor) -> tuple[int, Viewer]:
        """The workspace and what they may see in it; raises UnknownWorkspaceError and NotForYouError."""
        workspace_id = await self.tenants.workspace(actor.team)
        return workspace_id, await self.audience.viewer(workspace_id, actor)
