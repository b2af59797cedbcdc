"""Cards that stand in channels: where, of which persona, shared by whom."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ScalarSelect, Select, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.tables import customer_personas, persona_posts

# Row-level security adds the workspace, with which the index begins.
_IS_POST: Final = (
    "SELECT FROM persona_posts WHERE workspace_id = current_workspace() AND channel_id = %s AND message_ts = %s"
)
_HAS_POSTS: Final = "SELECT FROM persona_posts WHERE workspace_id = current_workspace() AND channel_id = %s LIMIT 1"


@dataclass(frozen=True, slots=True)
class Post:
    """A message of ours that shows a persona. `version` is the persona's number among its contact's.

    It was drawn last at `drawn_at`: when it was posted, unless it was `redrawn`. One that is `withdrawn` shows nothing.
    """

    key: int
    channel_id: str
    message_ts: str
    thread_ts: str | None
    contact_key: int
    persona_key: int
    version: int
    posted_by: str
    note: str
    drawn_at: datetime
    redrawn: bool
    withdrawn: bool


async def remember_post(
    connection: AsyncConnection,
    workspace_id: int,
    *,
    channel_id: str,
    message_ts: str,
    contact_key: int,
    version: int,
    posted_by: str,
    thread_ts: str | None = None,
    note: str = "",
) -> None:
    """Remembers a message of this version of the contact's persona, so that reactions find it."""
    row = insert(persona_posts).values(
        workspace_id=workspace_id,
        persona_id=_persona(workspace_id, contact_key, version),
        contact_id=contact_key,
        channel_id=channel_id,
        message_ts=message_ts,
        thread_ts=thread_ts,
        posted_by=posted_by,
        note=note,
    )
    await connection.execute(row)


async def is_post(database: Database, workspace_id: int, channel_id: str, message_ts: str) -> bool:
    """Whether this message shows a persona: one look-up in the index, for the many that don't."""
    return await database.finds(workspace_id, _IS_POST, (channel_id, message_ts))


async def post_at(connection: AsyncConnection, workspace_id: int, channel_id: str, message_ts: str) -> Post | None:
    """The post that is this message, or None: one look-up in the index."""
    found = await connection.execute(
        _posts(workspace_id).where(persona_posts.c.channel_id == channel_id, persona_posts.c.message_ts == message_ts)
    )
    row = found.one_or_none()
    return Post(*row) if row else None


async def posts_of_contact(connection: AsyncConnection, workspace_id: int, contact_key: int) -> list[Post]:
    """Every post of a contact's personas, newest first."""
    found = await connection.execute(
        _posts(workspace_id)
        .where(persona_posts.c.contact_id == contact_key)
        .order_by(persona_posts.c.posted_at.desc(), persona_posts.c.id.desc())
    )
    return [Post(*row) for row in found]


async def posts_of_persona(
    connection: AsyncConnection, workspace_id: int, persona_key: int, *, limit: int
) -> list[Post]:
    """The newest posts of one persona version, `limit` at most."""
    of_contact = select(customer_personas.c.contact_id).where(
        customer_personas.c.workspace_id == workspace_id, customer_personas.c.id == persona_key
    )
    found = await connection.execute(
        _posts(workspace_id)
        .where(persona_posts.c.contact_id == of_contact.scalar_subquery(), persona_posts.c.persona_id == persona_key)
        .order_by(persona_posts.c.id.desc())
        .limit(limit)
    )
    return [Post(*row) for row in found]


async def posts_in_channel(connection: AsyncConnection, workspace_id: int, channel_id: str) -> list[Post]:
    """Every post in a channel, newest first."""
    asked = _posts(workspace_id).where(persona_posts.c.channel_id == channel_id)
    found = await connection.execute(asked.order_by(persona_posts.c.message_ts.desc()))
    return [Post(*row) for row in found]


async def channels_with_posts(connection: AsyncConnection, workspace_id: int) -> list[str]:
    """Where posts stand."""
    posts = persona_posts.c
    found = await connection.scalars(select(posts.channel_id).where(posts.workspace_id == workspace_id).distinct())
    return list(found)


async def has_posts(database: Database, workspace_id: int, channel_id: str) -> bool:
    """Whether a post stands in this channel: one look-up in the index, for the many in which none does."""
    return await database.finds(workspace_id, _HAS_POSTS, (channel_id,))


async def set_withdrawn(connection: AsyncConnection, workspace_id: int, key: int, *, withdrawn: bool) -> None:
    """Remembers whether a post is withdrawn."""
    post = (persona_posts.c.workspace_id == workspace_id) & (persona_posts.c.id == key)
    await connection.execute(update(persona_posts).where(post).values(withdrawn=withdrawn))


async def posted_lately(
    connection: AsyncConnection, workspace_id: int, *, channel_id: str, by: str, within: timedelta
) -> tuple[int, int]:
    """How many cards were posted within that time until now: by this person, and in this channel."""
    posts = persona_posts.c
    counts = select(func.count().filter(posts.posted_by == by), func.count().filter(posts.channel_id == channel_id))
    lately = counts.where(posts.workspace_id == workspace_id, posts.posted_at > func.now() - within)
    by_person, in_channel = (await connection.execute(lately)).one()
    return by_person, in_channel


async def claim_drawing(
    connection: AsyncConnection, workspace_id: int, key: int, *, at: datetime, apart: timedelta
) -> bool:
    """Whether a post may be drawn anew at `at`, which is remembered then: not within `apart` of the last redrawing."""
    posts = persona_posts.c
    free = (posts.drawn_at <= posts.posted_at) | (posts.drawn_at <= at - apart)
    claimed = await connection.execute(
        update(persona_posts)
        .where(posts.workspace_id == workspace_id, posts.id == key, free)
        .values(drawn_at=func.greatest(at, posts.posted_at + timedelta(microseconds=1)))
        .returning(posts.id)
    )
    return claimed.scalar_one_or_none() is not None


async def shows_now(
    connection: AsyncConnection, workspace_id: int, key: int, *, contact_key: int, version: int
) -> None:
    """Remembers that a post shows this version now: who rates it then rates that one."""
    await connection.execute(
        update(persona_posts)
        .where(persona_posts.c.workspace_id == workspace_id, persona_posts.c.id == key)
        .values(persona_id=_persona(workspace_id, contact_key, version))
    )


def _persona(workspace_id: int, contact_key: int, version: int) -> ScalarSelect[int]:
    personas = customer_personas.c
    of_contact = select(personas.id).where(personas.workspace_id == workspace_id, personas.contact_id == contact_key)
    return of_contact.where(personas.version == version).scalar_subquery()


def _posts(workspace_id: int) -> Select[Any]:
    posts, personas = persona_posts.c, customer_personas.c
    return (
        select(
            posts.id,
            posts.channel_id,
            posts.message_ts,
            posts.thread_ts,
            posts.contact_id,
            posts.persona_id,
            personas.version,
            posts.posted_by,
            posts.note,
            posts.drawn_at,
            posts.drawn_at > posts.posted_at,
            posts.withdrawn,
        )
        .join(customer_personas, (personas.workspace_id == posts.workspace_id) & (personas.id == posts.persona_id))
        .where(posts.workspace_id == workspace_id)
    )
