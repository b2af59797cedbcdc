"""Installs of the app in Slack: their encrypted tokens, their end, and what is deleted after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from persona.errors import UnknownWorkspaceError
from storage.database import Database
from storage.tables import audit_log, installations, metadata, workspaces
from storage.workspaces import workspace_of_team


@dataclass(frozen=True, slots=True)
class Installation:
    """One install. Tokens are as they were given to be stored: encrypted. Without rotation `expires_at` is None."""

    app_id: str
    bot_user_id: str | None
    scopes: Sequence[str]
    bot_token: bytes
    refresh_token: bytes | None = None
    expires_at: datetime | None = None
    installed_by: str | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """A workspace whose install is over, and since when."""

    workspace_id: int
    ended_at: datetime


async def workspace_for_install(database: Database, slack_id: str, enterprise_id: str | None, name: str) -> int:
    """The workspace of a team, or of an organisation that installed as one; a new, empty one when it has none yet."""
    try:
        return await workspace_of_team(database, slack_id)
    except UnknownWorkspaceError:
        made = upsert(workspaces).values(name=name, slack_team_id=slack_id, slack_enterprise_id=enterprise_id)
        async with database.directory() as connection:
            await connection.execute(made.on_conflict_do_nothing(index_elements=[workspaces.c.slack_team_id]))
    return await workspace_of_team(database, slack_id)


async def save_installation(connection: AsyncConnection, workspace_id: int, install: Installation) -> None:
    """Keeps the install in the place of an earlier one; a workspace that had ended is there again."""
    values = {
        "bot_user_id": install.bot_user_id,
        "scopes": list(install.scopes),
        "bot_token_encrypted": install.bot_token,
        "refresh_token_encrypted": install.refresh_token,
        "token_expires_at": install.expires_at,
        "installed_by": install.installed_by,
    }
    row = upsert(installations).values(workspace_id=workspace_id, slack_app_id=install.app_id, **values)
    await connection.execute(row.on_conflict_do_update(index_elements=["workspace_id", "slack_app_id"], set_=values))
    await connection.execute(update(workspaces).where(workspaces.c.workspace_id == workspace_id).values(ended_at=None))


async def load_installation(
    connection: AsyncConnection, workspace_id: int, *, lock: bool = False
) -> Installation | None:
    """The workspace's newest install, or None; with `lock` nobody else has it until the transaction ends."""
    columns = installations.c
    asked = (
        select(
            columns.slack_app_id,
            columns.bot_user_id,
            columns.scopes,
            columns.bot_token_encrypted,
            columns.refresh_token_encrypted,
            columns.token_expires_at,
            columns.installed_by,
        )
        .where(columns.workspace_id == workspace_id)
        .order_by(columns.id.desc())
        .limit(1)
    )
    row = (await connection.execute(asked.with_for_update() if lock else asked)).one_or_none()
    return Installation(*row) if row else None


async def end_installation(connection: AsyncConnection, workspace_id: int, *, reason: str, at: datetime) -> None:
    """Forgets the tokens at once and notes since when the workspace has ended. A second time changes nothing."""
    await connection.execute(delete(installations).where(installations.c.workspace_id == workspace_id))
    ended = (
        update(workspaces)
        .where(workspaces.c.workspace_id == workspace_id, workspaces.c.ended_at.is_(None))
        .values(ended_at=at)
        .returning(workspaces.c.workspace_id)
    )
    if (await connection.execute(ended)).first():
        await connection.execute(
            insert(audit_log).values(workspace_id=workspace_id, actor="slack", action=reason, subject="installation")
        )


async def ended_workspaces(database: Database) -> list[Ended]:
    """Those whose install is over and whose data may still be there."""
    asked = select(workspaces.c.workspace_id, workspaces.c.ended_at).where(workspaces.c.ended_at.isnot(None))
    async with database.directory() as connection:
        return [Ended(*row) for row in await connection.execute(asked.order_by(workspaces.c.workspace_id))]


async def delete_data(connection: AsyncConnection, workspace_id: int) -> int:
    """Deletes every row of the workspace in every table, and its settings; how many there were.

    The audit log says that, and nothing else, afterwards; the team, should it come back, finds it empty.
    """
    tenants = [t for t in reversed(metadata.sorted_tables) if "workspace_id" in t.c and t is not workspaces]
    gone = 0
    for table in tenants:
        result = await connection.execute(delete(table).where(table.c.workspace_id == workspace_id))
        gone += result.rowcount
    await connection.execute(
        update(workspaces).where(workspaces.c.workspace_id == workspace_id).values(settings={}, ended_at=None)
    )
    if gone:
        await connection.execute(
            insert(audit_log).values(
                workspace_id=workspace_id,
                actor="retention",
                action="data_deleted",
                subject="workspace",
                details={"rows": gone},
            )
        )
    return gone
