"""The engine's store for refreshing one contact: what several steps ask for is read once, in one transaction."""

from datetime import datetime
from typing import TypeVar

from persona.corrections import Correction
from persona.model import Contact, History, Method
from persona.ports import Attempt, StoredProfile
from persona.preferences import Preferences, Spending
from storage.corrections import load_corrections
from storage.database import Database
from storage.history import load_history
from storage.personas import newest_persona
from storage.store import WorkspaceStore
from storage.workspaces import load_preferences


class AheadStore(WorkspaceStore):
    """A WorkspaceStore that has read one contact; for one refresh of that contact, and no other.

    What others may have changed while a model wrote is read again then: the newest persona, and what was spent.
    """

    def __init__(
        self,
        database: Database,
        workspace_id: int,
        *,
        preferences: Preferences,
        history: History,
        corrections: list[Correction],
        newest: StoredProfile | None,
    ) -> None:
        super().__init__(database, workspace_id)
        self._preferences, self._history, self._corrections = preferences, history, corrections
        self._newest, self._spent = [newest], dict[datetime, Spending]()

    async def load_contact(self, contact_key: int) -> Contact:  # noqa: ARG002 - read before
        """See persona.ports.Store."""
        return self._history.contact

    async def load_history(self, contact_key: int, *, until: datetime) -> History:  # noqa: ARG002 - read before
        """See persona.ports.Store."""
        return self._history

    async def load_corrections(self, contact_key: int) -> list[Correction]:  # noqa: ARG002 - read before
        """See persona.ports.Store."""
        return self._corrections

    async def load_preferences(self) -> Preferences:
        """See persona.ports.Store."""
        return self._preferences

    async def newest_persona(
        self, contact_key: int, *, method: Method | None = None, version: int | None = None
    ) -> StoredProfile | None:
        """See persona.ports.Store."""
        if version is None and method is None and self._newest:
            return self._newest[0]
        return await super().newest_persona(contact_key, method=method, version=version)

    async def spent_since(self, since: datetime) -> Spending:
        """See persona.ports.Store."""
        if since not in self._spent:
            self._spent[since] = await super().spent_since(since)
        return self._spent[since]

    async def record_attempt(self, attempt: Attempt) -> None:
        """See persona.ports.Store."""
        await super().record_attempt(attempt)
        self._newest.clear()
        self._spent.clear()


_S = TypeVar("_S", bound=AheadStore)


async def read_ahead(database: Database, workspace_id: int, contact_key: int, *, until: datetime) -> AheadStore:
    """The store of this contact as they are at `until`; raises ContactNotFoundError."""
    return await read_ahead_as(AheadStore, database, workspace_id, contact_key, until=until)


async def read_ahead_as(
    kind: type[_S], database: Database, workspace_id: int, contact_key: int, *, until: datetime
) -> _S:
    """The same as another kind of store."""
    async with database.workspace(workspace_id) as connection:
        return kind(
            database,
            workspace_id,
            preferences=await load_preferences(connection, workspace_id),
            history=await load_history(connection, workspace_id, contact_key, until=until),
            corrections=await load_corrections(connection, workspace_id, contact_key),
            newest=await newest_persona(connection, workspace_id, contact_key),
        )
