"""The CRMs that send to us: whose each is, and the secrets its requests are signed with, encrypted."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.tables import crm_inbox, crm_sources, crm_waiting


@dataclass(frozen=True, slots=True)
class Source:
    """A CRM's name, whose it is, its encrypted secret, and the one before it with the moment until which it serves."""

    workspace_id: int
    source: str
    secret: bytes
    old_secret: bytes | None
    old_until: datetime | None


@dataclass(frozen=True, slots=True)
class SourceStanding:
    """How a source stands: when it sent last, and how many deliveries and items of it aren't merged yet."""

    source: str
    added_at: datetime
    old_until: datetime | None
    latest_at: datetime | None
    open_deliveries: int
    waiting: int


async def find_source(database: Database, source: str) -> Source | None:
    """The source of that name, whosoever it is."""
    columns = crm_sources.c
    asked = select(
        columns.workspace_id, columns.source, columns.secret_encrypted, columns.old_secret_encrypted, columns.old_until
    )
    async with database.crm_source(source) as connection:
        row = (await connection.execute(asked.where(columns.source == source))).one_or_none()
    return Source(*row) if row else None


async def add_source(connection: AsyncConnection, workspace_id: int, source: str, *, secret: bytes) -> bool:
    """Adds a source; False when there is one of that name in any workspace."""
    # No index can hold a name to one workspace, for each begins with the workspace.
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"crm source {source}"))))
    await connection.execute(select(func.set_config("app.crm_source", source, True)))
    columns = crm_sources.c
    if await connection.scalar(select(columns.source).where(columns.source == source)) is not None:
        return False
    await connection.execute(
        insert(crm_sources).values(workspace_id=workspace_id, source=source, secret_encrypted=secret)
    )
    return True


async def rotate_source(
    connection: AsyncConnection, workspace_id: int, source: str, *, secret: bytes, old_until: datetime
) -> bool:
    """Gives a source a new secret; the one before serves until then. False when there is no such source."""
    columns = crm_sources.c
    changed = (
        update(crm_sources)
        .where(columns.workspace_id == workspace_id, columns.source == source)
        .values(old_secret_encrypted=columns.secret_encrypted, old_until=old_until, secret_encrypted=secret)
        .returning(columns.source)
    )
    return await connection.scalar(changed) is not None


async def remove_source(connection: AsyncConnection, workspace_id: int, source: str) -> bool:
    """Removes a source with what waits of it; what it sent and was merged stays. False when there is none."""
    for table in (crm_waiting, crm_inbox):
        of_it = (table.c.workspace_id == workspace_id) & (table.c.source == source)
        await connection.execute(delete(table).where(of_it))
    columns = crm_sources.c
    gone = delete(crm_sources).where(columns.workspace_id == workspace_id, columns.source == source)
    return await connection.scalar(gone.returning(columns.source)) is not None


async def list_sources(connection: AsyncConnection, workspace_id: int) -> list[SourceStanding]:
    """Every source of a workspace, by name."""
    known, inbox, waiting = crm_sources.c, crm_inbox.c, crm_waiting.c
    of_it = (inbox.workspace_id == workspace_id) & (inbox.source == known.source)
    latest = select(func.max(inbox.received_at)).where(of_it).scalar_subquery()
    left = select(func.count()).select_from(crm_inbox).where(of_it, inbox.done_at.is_(None)).scalar_subquery()
    kept = select(func.count()).select_from(crm_waiting)
    kept = kept.where(waiting.workspace_id == workspace_id, waiting.source == known.source)
    asked = select(known.source, known.added_at, known.old_until, latest, left, kept.scalar_subquery())
    rows = await connection.execute(asked.where(known.workspace_id == workspace_id).order_by(known.source))
    return [SourceStanding(*row) for row in rows.all()]
