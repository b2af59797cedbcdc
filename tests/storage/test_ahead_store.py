"""What a refresh reads ahead, and what it reads again because others may have changed it meanwhile."""

import pytest

from persona.errors import ContactNotFoundError
from persona.model import Method, WrittenBy
from persona.ports import Attempt
from storage.ahead_store import read_ahead
from storage.database import Database
from storage.store import WorkspaceStore
from tests.storage.rows import Rows, day
from tests.storage.test_personas import profile


async def test_the_newest_persona_and_what_was_spent_are_read_again_after_a_try(
    database: Database, workspace_id: int
) -> None:
    rows, store = Rows(database, workspace_id), WorkspaceStore(database, workspace_id)
    key = await rows.contact("Jane Doe")
    ahead = await read_ahead(database, workspace_id, key, until=day(5))
    await store.save_persona(key, profile(key))
    spent = WrittenBy("gpt", input_tokens=900, output_tokens=100, cost_usd=0.5)
    tried = Attempt(key, Method.RAG, spent, "ok", day(4))

    async def seen() -> tuple[bool, int]:
        return await ahead.newest_persona(key) is not None, (await ahead.spent_since(day(1))).tokens

    before = await seen()
    await store.record_attempt(tried)
    meanwhile = await seen()
    await ahead.record_attempt(tried)
    assert [before, meanwhile, await seen()] == [(False, 0), (False, 0), (True, 2000)]


async def test_who_is_not_there_cannot_be_read_ahead(database: Database, workspace_id: int) -> None:
    with pytest.raises(ContactNotFoundError):
        await read_ahead(database, workspace_id, 12345, until=day(5))
