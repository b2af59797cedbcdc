"""Which workspaces there are, and which one a Slack team works in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ARRAY, Text, cast, func, insert, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from persona.errors import UnknownWorkspaceError
from persona.preferences import Preferences, read_preferences
from storage.attempts import count_withheld
from storage.database import Database
from storage.tables import audit_log, contacts, workspaces

_DEFAULT_NAME: Final = "Default"
# Any constant of our own: only one process at a time may look for the default workspace and make it.
_DEFAULT_LOCK: Final = 7_265_736_052
_CHANGED: Final = "change_settings"


@dataclass(frozen=True, slots=True)
class WorkspaceEntry:
    """A workspace as an administrator sees it. `slack_team_id` is None until a Slack team takes it over.

    `withheld` is how many private sentences its personas were written without.
    """

    workspace_id: int
    name: str
    slack_team_id: str | None
    contacts: int
    withheld: int = 0


async def ensure_default_workspace(database: Database) -> int:
    """The workspace an import without Slack goes to: the unclaimed one, else the oldest; made when there is none."""
    async with database.directory() as connection:
        await connection.execute(select(func.pg_advisory_xact_lock(_DEFAULT_LOCK)))
        oldest = select(workspaces.c.workspace_id).order_by(
            workspaces.c.slack_team_id.isnot(None), workspaces.c.workspace_id
        )
        found: int | None = await connection.scalar(oldest.limit(1))
        if found is not None:
            return found
        made = insert(workspaces).values(name=_DEFAULT_NAME).returning(workspaces.c.workspace_id)
        return int((await connection.execute(made)).scalar_one())


async def workspace_of_team(database: Database, team_id: str, enterprise_id: str | None = None) -> int:
    """The workspace of a Slack team, or of its whole organisation when that is installed as one.

    Raises UnknownWorkspaceError when neither has one.
    """
    for slack_id in filter(None, (team_id, enterprise_id)):
        async with database.team(slack_id) as connection:
            found: int | None = await connection.scalar(select(workspaces.c.workspace_id))
        if found is not None:
            return found
    raise UnknownWorkspaceError


async def claim_default_workspace(database: Database, team_id: str, enterprise_id: str | None = None) -> int:
    """Gives the unclaimed workspace to the first Slack team that asks; a team that has one keeps it.

    Two teams at once: one gets it, the other gets UnknownWorkspaceError.
    """
    claim = (
        update(workspaces)
        .where(
            workspaces.c.workspace_id
            == select(func.min(workspaces.c.workspace_id))
            .where(workspaces.c.slack_team_id.is_(None))
            .scalar_subquery(),
            workspaces.c.slack_team_id.is_(None),
            ~select(workspaces.c.workspace_id).where(workspaces.c.slack_team_id == team_id).exists(),
        )
        .values(slack_team_id=team_id, slack_enterprise_id=enterprise_id)
        .returning(workspaces.c.workspace_id)
    )
    async with database.directory() as connection:
        claimed: int | None = await connection.scalar(claim)
    return claimed if claimed is not None else await workspace_of_team(database, team_id)


async def load_preferences(connection: AsyncConnection, workspace_id: int, *, lock: bool = False) -> Preferences:
    """What a workspace has chosen; raises UnknownWorkspaceError, and SettingsError when it can't be used.

    With `lock` nobody else changes it until the transaction ends.
    """
    columns = workspaces.c
    asked = select(columns.time_zone, columns.settings).where(columns.workspace_id == workspace_id)
    row = (await connection.execute(asked.with_for_update() if lock else asked)).one_or_none()
    if row is None:
        raise UnknownWorkspaceError
    return read_preferences(workspace_id, row.time_zone, row.settings)


async def slack_ids_of(connection: AsyncConnection, workspace_id: int) -> frozenset[str]:
    """The ids of the workspace's Slack team and of its organisation, as far as they are known."""
    columns = workspaces.c
    asked = select(columns.slack_team_id, columns.slack_enterprise_id).where(columns.workspace_id == workspace_id)
    row = (await connection.execute(asked)).one_or_none()
    return frozenset(filter(None, row or ()))


async def change_settings(connection: AsyncConnection, workspace_id: int, changes: Mapping[str, Any]) -> Preferences:
    """Sets these keys of a workspace's settings, one of None being taken out; what they come to.

    Raises as `load_preferences`: settings that can't be used are not kept, since the transaction fails.
    """
    given = {key: value for key, value in changes.items() if value is not None}
    merged = workspaces.c.settings.op("-")(cast(list(changes), ARRAY(Text))).op("||")(cast(given, JSONB))
    await connection.execute(
        update(workspaces).where(workspaces.c.workspace_id == workspace_id).values(settings=merged)
    )
    return await load_preferences(connection, workspace_id)


async def audit_settings(
    connection: AsyncConnection, workspace_id: int, *, by: str, before: Preferences, after: Preferences
) -> None:
    """Writes down who changed what from what to what; nothing where nothing changed."""
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    changed = {name: {"from": old[name], "to": new[name]} for name in new if old[name] != new[name]}
    if changed:
        row = {"workspace_id": workspace_id, "actor": by, "action": _CHANGED, "subject": "workspace"}
        await connection.execute(insert(audit_log).values(**row, details=changed))


async def who_changed(connection: AsyncConnection, workspace_id: int, setting: str, *, limit: int) -> list[str]:
    """The Slack users who changed this setting, the last one first."""
    columns = audit_log.c
    changed = (
        select(columns.actor)
        .where(columns.workspace_id == workspace_id, columns.action == _CHANGED, columns.details.has_key(setting))
        .group_by(columns.actor)
        .order_by(func.max(columns.occurred_at).desc())
    )
    return list(await connection.scalars(changed.limit(limit)))


async def list_workspaces(database: Database) -> list[WorkspaceEntry]:
    """Every workspace, oldest first, with how many contacts it holds."""
    async with database.directory() as connection:
        rows = (await connection.execute(select(workspaces).order_by(workspaces.c.workspace_id))).all()
    entries = []
    for row in rows:
        async with database.workspace(row.workspace_id) as connection:
            count = await connection.scalar(select(func.count()).select_from(contacts))
            withheld = await count_withheld(connection, row.workspace_id)
        entries.append(WorkspaceEntry(row.workspace_id, row.name, row.slack_team_id, count or 0, withheld))
    return entries
