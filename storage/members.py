"""The people of a workspace's Slack who used the bot: role, team, and the addresses they own contacts by."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, case, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from persona.visibility import Member, MemberRole
from storage.tables import allowed_channels, audit_log, members


@dataclass(frozen=True, slots=True)
class KnownMember:
    """A member, and when Slack was last asked who they are."""

    member: Member
    asked_at: datetime


async def find_member(connection: AsyncConnection, workspace_id: int, user_id: str) -> KnownMember | None:
    """The member of this Slack user id, or None when nobody asked yet."""
    found = select(members).where(members.c.workspace_id == workspace_id, members.c.slack_user_id == user_id)
    row = (await connection.execute(found)).one_or_none()
    return KnownMember(_member(row), row.asked_at) if row else None


async def find_members(connection: AsyncConnection, workspace_id: int, user_ids: Collection[str]) -> list[KnownMember]:
    """Those of these Slack user ids that anybody asked for yet, in one query."""
    found = select(members).where(members.c.workspace_id == workspace_id, members.c.slack_user_id.in_(user_ids))
    return [KnownMember(_member(row), row.asked_at) for row in await connection.execute(found)]


async def list_members(connection: AsyncConnection, workspace_id: int) -> list[Member]:
    """Everybody who used the bot."""
    found = select(members).where(members.c.workspace_id == workspace_id).order_by(members.c.slack_user_id)
    return [_member(row) for row in await connection.execute(found)]


async def load_team(connection: AsyncConnection, workspace_id: int, team: str) -> list[Member]:
    """Everybody known of a team."""
    found = select(members).where(members.c.workspace_id == workspace_id, members.c.team == team)
    return [_member(row) for row in await connection.execute(found)]


async def remember_member(
    connection: AsyncConnection, workspace_id: int, member: Member, *, asked_at: datetime
) -> Member:
    """Keeps what Slack says of a person; a role an admin gave, team and owner address stay. The member as they are."""
    row = insert(members).values(
        workspace_id=workspace_id,
        slack_user_id=member.user_id,
        email=member.email,
        role=member.role.value,
        guest=member.guest,
        asked_at=asked_at,
    )
    new = row.excluded
    kept = row.on_conflict_do_update(
        index_elements=["workspace_id", "slack_user_id"],
        set_={
            "email": new.email,
            "guest": new.guest,
            "asked_at": new.asked_at,
            "role": case((members.c.role_given, members.c.role), else_=new.role),
        },
    ).returning(members)
    return _member((await connection.execute(kept)).one())


async def change_member(
    connection: AsyncConnection,
    workspace_id: int,
    user_id: str,
    *,
    role: MemberRole | None = None,
    team: str | None = None,
    owner_email: str | None = None,
) -> Member:
    """Gives a member what an admin decided; None leaves a thing as it is. Somebody not seen yet is remembered."""
    given = {"team": team, "owner_email": owner_email, **({"role": role.value, "role_given": True} if role else {})}
    changes = {name: value for name, value in given.items() if value is not None}
    row = insert(members).values(workspace_id=workspace_id, slack_user_id=user_id, **changes)
    keys = ["workspace_id", "slack_user_id"]
    kept = row.on_conflict_do_update(index_elements=keys, set_=changes or {"slack_user_id": user_id})
    return _member((await connection.execute(kept.returning(members))).one())


async def set_channel(
    connection: AsyncConnection, workspace_id: int, channel_id: str, *, allowed: bool, by: str
) -> None:
    """Whether personas may be posted in a channel that guests or people of other organisations read; it is audited."""
    columns = allowed_channels.c
    if allowed:
        row = insert(allowed_channels).values(workspace_id=workspace_id, channel_id=channel_id, allowed_by=by)
        await connection.execute(row.on_conflict_do_nothing())
    else:
        of_channel = (columns.workspace_id == workspace_id) & (columns.channel_id == channel_id)
        await connection.execute(delete(allowed_channels).where(of_channel))
    action = "allow_channel" if allowed else "disallow_channel"
    await connection.execute(
        insert(audit_log).values(workspace_id=workspace_id, actor=by, action=action, subject=channel_id)
    )


async def is_allowed_channel(connection: AsyncConnection, workspace_id: int, channel_id: str) -> bool:
    """Whether an admin allowed it."""
    found = select(allowed_channels.c.channel_id).where(
        allowed_channels.c.workspace_id == workspace_id, allowed_channels.c.channel_id == channel_id
    )
    return await connection.scalar(found) is not None


def _member(row: Row[Any]) -> Member:
    return Member(
        user_id=row.slack_user_id,
        role=MemberRole(row.role),
        email=row.email,
        owner_email=row.owner_email,
        team=row.team,
        guest=row.guest,
    )
