"""What every surface begins with: the workspace asked in, who asks, and the engine as they may see."""

from collections.abc import Callable
from dataclasses import dataclass

from blocks.refusals import CONTACT_GONE
from bot.actors import Actor
from bot.audience import Audience
from bot.promises import Promises
from bot.tenants import Tenants
from persona.engine import Engine
from persona.errors import ContactNotFoundError, NotForYouError
from persona.visibility import Viewer

EngineOf = Callable[[int, frozenset[str] | None], Engine]
"""The engine of a workspace that knows only the contacts these addresses own; None is every contact."""


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

    async def seen(self, workspace_id: int, user_id: str, contact_key: int) -> Engine:
        """The engine as a member may see; raises NotForYouError when that leaves this contact out."""
        viewer = await self.audience.member(workspace_id, user_id)
        engine = self.engine_of(workspace_id, viewer.owners)
        try:
            await engine.contact(contact_key)
        except ContactNotFoundError:
            raise NotForYouError(CONTACT_GONE) from None
        return engine
