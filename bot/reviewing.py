"""Who reads a channel is another: whether the cards that stand there may still be shown, or may be shown again."""

from collections.abc import Mapping
from typing import Final

from bot.actors import Team
from bot.audience import REMEMBER_S
from bot.desk import Desk
from bot.posting import Reply
from bot.promises import Promises, Task
from bot.redrawing import Redrawing
from persona.errors import ChannelRefusedError, NotForYouError
from storage.contacts import visible_contacts
from storage.database import Database
from storage.posts import Post, channels_with_posts, has_posts, posts_in_channel

REVIEW: Final = "review_channel"


class Reviewing:
    """Promises to look over channels, and does; only cards that have to change are drawn."""

    def __init__(self, desk: Desk, *, database: Database, redrawing: Redrawing) -> None:
        self._desk, self._database, self._redrawing = desk, database, redrawing

    @property
    def tasks(self) -> Mapping[str, Task]:
        """What a worker does, by name."""
        return {REVIEW: self.review}

    async def ask(self, team: Team, channel_id: str) -> None:
        """Promises to look over a channel of a team, if a card stands in it; raises UnknownWorkspaceError."""
        workspace_id = await self._desk.tenants.workspace(team)
        if await has_posts(self._database, workspace_id, channel_id):
            await _promise(self._desk.promises, workspace_id, channel_id, after_s=0)

    async def review(self, *, reply: Reply, channel_id: str) -> None:
        """Has those cards of a channel drawn that are shown and may not be, or may be and are not."""
        workspace_id = reply.workspace_id
        async with self._database.workspace(workspace_id) as connection:
            posts = await posts_in_channel(connection, workspace_id, channel_id)
        shown = await self._may_be_shown(workspace_id, channel_id, posts)
        await self._redrawing.ask_again(workspace_id, [p for p in posts if p.withdrawn is (p.contact_key in shown)])

    async def _may_be_shown(self, workspace_id: int, channel_id: str, posts: list[Post]) -> frozenset[int]:
        """The contacts of the posts that every reader may see."""
        try:
            everyone = await self._desk.audience.of_channel(workspace_id, channel_id)
        except (ChannelRefusedError, NotForYouError):
            return frozenset()
        async with self._database.workspace(workspace_id, owners=everyone.owners) as connection:
            return await visible_contacts(connection, workspace_id, [post.contact_key for post in posts])


async def review_all(promises: Promises, database: Database, workspace_id: int) -> None:
    """Promises to look over every channel of a workspace, as soon as nobody remembers what its members saw before."""
    async with database.workspace(workspace_id) as connection:
        channels = await channels_with_posts(connection, workspace_id)
    for channel_id in channels:
        await _promise(promises, workspace_id, channel_id, after_s=REMEMBER_S + 1)


async def _promise(promises: Promises, workspace_id: int, channel_id: str, *, after_s: float) -> None:
    """One that waits a channel and kind, however many come and go."""
    await promises.make_once(
        REVIEW,
        Reply(workspace_id, ""),
        name=f"{REVIEW}:{workspace_id}:{channel_id}" + (":later" if after_s else ""),
        after_s=after_s,
        arguments={"channel_id": channel_id},
    )
