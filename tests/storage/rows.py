"""Rows of a workspace for tests: each function inserts one with what the test names, and returns its key."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table, func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from storage.database import Database
from storage.tables import companies, contacts, deal_stage_changes, deals, email_events, interactions, workspaces

DAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def day(number: float) -> datetime:
    return DAY + timedelta(days=number)


async def new_workspace(database: Database, name: str = "Other") -> int:
    async with database.directory() as connection:
        made = insert(workspaces).values(name=name).returning(workspaces.c.workspace_id)
        return int((await connection.execute(made)).scalar_one())


class Rows:
    """Inserts into one workspace, each row in its own transaction."""

    def __init__(self, database: Database, workspace_id: int) -> None:
        self.database, self.workspace_id = database, workspace_id

    async def company(self, name: str, **values: Any) -> int:
        made = upsert(companies).values(workspace_id=self.workspace_id, name=name, **values)
        kept = made.on_conflict_do_update(index_elements=["workspace_id", "name"], set_={"name": name})
        async with self.database.workspace(self.workspace_id) as connection:
            return int((await connection.execute(kept.returning(companies.c.id))).scalar_one())

    async def contact(self, name: str, *, company: str | None = None, **values: Any) -> int:
        key = await self.company(company) if company else values.pop("company_id", None)
        words = " ".join(filter(None, (name, values.get("email"), company)))
        return await self._insert(
            contacts,
            **{"name": name, "external_id": name, "company_id": key, "search_text": func.search_form(words), **values},
        )

    async def interaction(self, contact: int, external_id: str, at: datetime, **values: Any) -> int:
        email = {"record": "emails", "kind": "email", "direction": "inbound"}
        return await self._insert(
            interactions, **{**email, "contact_id": contact, "external_id": external_id, "occurred_at": at, **values}
        )

    async def event(self, interaction: int, kind: str, at: datetime, **values: Any) -> int:
        external_id = f"{interaction}-{kind}-{at.isoformat()}"
        return await self._insert(
            email_events, interaction_id=interaction, external_id=external_id, type=kind, occurred_at=at, **values
        )

    async def deal(self, contact: int, external_id: str, created_at: datetime, **values: Any) -> int:
        return await self._insert(
            deals, **{"contact_id": contact, "external_id": external_id, "created_at": created_at, **values}
        )

    async def stage(self, deal: int, stage: str, position: int, entered_at: datetime) -> None:
        async with self.database.workspace(self.workspace_id) as connection:
            await connection.execute(
                insert(deal_stage_changes).values(
                    workspace_id=self.workspace_id, deal_id=deal, stage=stage, position=position, entered_at=entered_at
                )
            )

    async def count(self, table: Table) -> int:
        async with self.database.workspace(self.workspace_id) as connection:
            return int((await connection.execute(select(func.count()).select_from(table))).scalar_one())

    async def _insert(self, table: Table, **values: Any) -> int:
        made = insert(table).values(workspace_id=self.workspace_id, source="test", **values).returning(table.c.id)
        async with self.database.workspace(self.workspace_id) as connection:
            return int((await connection.execute(made)).scalar_one())
