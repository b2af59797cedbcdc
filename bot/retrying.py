"""The Home's button that has failed jobs tried again."""

from blocks.refusals import ADMINS_RETRY
from bot.actors import Actor
from bot.dead_letters import of_workspace
from bot.desk import Desk
from bot.home import HomeTab
from bot.posting import Reply
from persona.errors import NotForYouError
from persona.ports import Clock
from persona.visibility import MemberRole
from storage.database import Database
from storage.jobs import retry_dead_letters


class Retrying:
    """Puts a workspace's failed jobs back into their queues."""

    def __init__(self, desk: Desk, *, database: Database, home: HomeTab, clock: Clock) -> None:
        self._desk, self._database, self._home, self._clock = desk, database, home, clock

    async def retry(self, actor: Actor) -> None:
        """Puts back those that are wanted and draws the Home anew; raises NotForYouError for who is no admin."""
        workspace_id = await self._desk.tenants.workspace(actor.team)
        self._desk.audience.forget(workspace_id, actor.user_id)  # a role taken a second ago counts
        viewer = await self._desk.audience.viewer(workspace_id, actor)
        if viewer.role is not MemberRole.ADMIN:
            raise NotForYouError(ADMINS_RETRY)
        async with self._database.workspace(workspace_id) as connection:
            await retry_dead_letters(connection, of_workspace(workspace_id, now=self._clock()))
        await self._home.redraw(Reply(workspace_id, actor.user_id))
