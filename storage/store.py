"""The engine's store on PostgreSQL: one workspace's memory, each method one short transaction, or all of them one."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from persona.corrections import Correction
from persona.model import Benchmark, Contact, ContactMatch, Facet, History, Insights, Method, Profile
from persona.ports import Attempt, Neighbours, StoredProfile, Vector
from persona.preferences import Preferences, Spending
from persona.progress import Course
from storage import attempts, benchmarks, contacts, corrections, history, passages, patterns, personas, workspaces
from storage.database import Database
from storage.stored_answers import StoredAnswer, answer_stored

__all__ = ["StoredAnswer", "WorkspaceStore"]


class WorkspaceStore:
    """persona.ports.Store for one workspace; it promises what the port says. Cheap to make, safe to share."""

    def __init__(
        self,
        database: Database,
        workspace_id: int,
        *,
        owners: frozenset[str] | None = None,
        within: AsyncConnection | None = None,
    ) -> None:
        """With `owners` it knows only the contacts that one of these addresses owns; `within` is their transaction."""
        self._database, self._workspace_id, self._owners, self._within = database, workspace_id, owners, within

    def _session(self) -> AbstractAsyncContextManager[AsyncConnection]:
        if self._within is not None:
            return nullcontext(self._within)
        return self._database.workspace(self._workspace_id, owners=self._owners)

    async def find_contacts(self, query: str, *, limit: int = 9) -> list[ContactMatch]:
        """See persona.ports.Store."""
        async with self._session() as connection:
            return await contacts.find_contacts(connection, self._workspace_id, query, limit=limit)

    async def load_contact(self, contact_key: int) -> Contact:
        """See persona.ports.Store."""
        async with self._session() as connection:
            return await contacts.load_contact(connection, self._workspace_id, contact_key)

    async def load_history(self, contact_key: int, *, until: datetime) -> History:
        """See persona.ports.Store."""
        async with self._session() as connection:
            return await history.load_history(connection, self._workspace_id, contact_key, until=until)

    async def load_courses(self, contact_keys: Sequence[int], *, until: datetime) -> list[Course]:
        """See persona.ports.Store."""
        async with self._session() as connection:
            return await history.load_courses(connection, self._workspace_id, contact_keys, until=until)

    async def load_benchmarks(self, contact: Contact) -> list[Benchmark]:
        """See persona.ports.Store."""
        async with self._session() as connection:
            return await benchmarks.load_benchmarks(connection, self._workspace_id, contact)

    async def nearest_passages(
        self, contact_key: int, prototypes: Mapping[Facet, Vector], *, model: str, until: datetime, per_facet: int
    ) -> dict[Facet, list[tuple[str, float]]]:
        """See persona.ports.Store."""
        async with self._session() as connection:
            return await passages.nearest_passages(
                connection, self._workspace_id, contact_key, prototypes, model=model, until=until, per_facet=per_facet
            )

    async def matching_passages(
        self, contact_key: int, terms: Mapping[Facet, Sequence[str]], *, until: datetime, per_facet: int
    ) -> dict[Facet, list[tuple[str, float]]]:
        """See persona.ports.Store."""
        async with self._session() as connection:
            return await passages.matching_passages(
                connection, self._workspace_id, contact_key, terms, until=until, per_facet=per_facet
            )

    async def mean_embedding(self, contact_key: int, *, model: str, until: datetime) -> Vector | None:
        """See persona.ports.Store."""
        async with self._session() as connection:
            return await passages.mean_embedding(connection, self._workspace_id, contact_key, model=model, until=until)

    async def nearest_contacts(self, contact_key: int, vector: Vector, *, until: datetime, limit: int) -> Neighbours:
        """See persona.ports.Store."""
        async with self._session() as connection:
            return await patterns.nearest_contacts(
                connection, self._workspace_id, contact_key, vector, until=until, limit=limit
            )

    async def save_pattern(
        self, contact_key: int, insights: Insights, *, behaviour: Vector, profile: Vector | None, model: str
    ) -> None:
        """See persona.ports.Store."""
        async with self._session() as connection:
            made = patterns.Pattern(contact_key, insights, behaviour, profile, model)
            await patterns.save_patterns(connection, self._workspace_id, [made])

    async def newest_persona(
        self, contact_key: int, *, method: Method | None = None, version: int | None = None
    ) -> StoredProfile | None:
        """See persona.ports.Store."""
        async with self._session() as connection:
            return await personas.newest_persona(
                connection, self._workspace_id, contact_key, method=method, version=version
            )

    async def list_personas(self, contact_key: int) -> list[Profile]:
        """See persona.ports.Store."""
        async with self._session() as connection:
            return await personas.list_personas(connection, self._workspace_id, contact_key)

    async def add_correction(self, contact_key: int, correction: Correction) -> None:
        """See persona.ports.Store."""
        async with self._session() as connection:
            await corrections.add_correction(connection, self._workspace_id, contact_key, correction)

    async def load_corrections(self, contact_key: int) -> list[Correction]:
        """See persona.ports.Store."""
        async with self._session() as connection:
            return await corrections.load_corrections(connection, self._workspace_id, contact_key)

    async def withdraw_correction(self, contact_key: int, key: int, *, by: str, at: datetime) -> bool:
        """See persona.ports.Store."""
        async with self._session() as connection:
            return await corrections.withdraw_correction(connection, self._workspace_id, contact_key, key, by=by, at=at)

    async def save_persona(self, contact_key: int, profile: Profile) -> Profile:
        """See persona.ports.Store."""
        async with self._session() as connection:
            return await personas.save_persona(connection, self._workspace_id, contact_key, profile)

    async def confirm_persona(self, contact_key: int, version: int, *, at: datetime) -> None:
        """See persona.ports.Store."""
        async with self._session() as connection:
            await personas.confirm_persona(connection, self._workspace_id, contact_key, version, at=at)

    async def remember_failure(self, contact_key: int, version: int, *, at: datetime) -> None:
        """See persona.ports.Store."""
        async with self._session() as connection:
            await personas.remember_failure(connection, self._workspace_id, contact_key, version, at=at)

    async def record_attempt(self, attempt: Attempt) -> None:
        """See persona.ports.Store."""
        async with self._session() as connection:
            await attempts.record_attempt(connection, self._workspace_id, attempt)

    async def load_preferences(self) -> Preferences:
        """See persona.ports.Store."""
        async with self._session() as connection:
            return await workspaces.load_preferences(connection, self._workspace_id)

    async def spent_since(self, since: datetime) -> Spending:
        """See persona.ports.Store."""
        async with self._session() as connection:
            return await attempts.spent_since(connection, self._workspace_id, since)

    async def answer_stored(self, query: str) -> StoredAnswer | None:
        """The newest persona's document for an exact name or email of exactly one contact, in one query, else None."""
        async with self._session() as connection:
            return await answer_stored(connection, self._workspace_id, query)

    async def has_contacts(self) -> bool:
        """Whether the workspace has any contact at all."""
        async with self._session() as connection:
            return await contacts.has_contacts(connection, self._workspace_id)
