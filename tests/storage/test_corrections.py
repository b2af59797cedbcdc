"""Corrections of a contact's claims, stored and taken back."""

import asyncio
from dataclasses import replace

import pytest

from persona.corrections import Correction
from persona.model import CorrectionKind, Evidence, Speaker
from storage.database import Database
from storage.store import WorkspaceStore
from tests.storage.rows import Rows, day, new_workspace
from tests.storage.test_personas import profile

QUOTE = Evidence("Show me a rollout first.", day(1), Speaker.CONTACT, interaction_id="e1")
WRONG = Correction("pain_points", "Wants proof before price", (QUOTE,), CorrectionKind.WRONG, "sam", day(4))
RIGHT = replace(WRONG, kind=CorrectionKind.RIGHT_TEXT, right_text="Wants a pilot", by="U1", at=day(5))


@pytest.fixture
def rows(database: Database, workspace_id: int) -> Rows:
    return Rows(database, workspace_id)


@pytest.fixture
def store(rows: Rows) -> WorkspaceStore:
    return WorkspaceStore(rows.database, rows.workspace_id)


async def test_corrections_come_back_as_they_were_made_until_withdrawn(rows: Rows, store: WorkspaceStore) -> None:
    jane = await rows.contact("Jane Doe", changed_at=day(3))
    await store.save_persona(jane, profile(jane))
    other = replace(RIGHT, claim_text="Buys after a pilot")
    for correction in (other, WRONG):
        await store.add_correction(jane, correction)
    found = await store.load_corrections(jane)
    assert [replace(one, key=0) for one in found] == [WRONG, other]
    key = found[1].key
    withdrawn = [await store.withdraw_correction(jane, key, by="ann", at=day(6)) for _ in range(2)]
    assert (withdrawn, await store.load_corrections(jane)) == ([True, False], found[:1])


async def test_a_claim_corrected_twice_at_once_has_one_correction_and_may_be_corrected_again_once_withdrawn(
    rows: Rows, store: WorkspaceStore
) -> None:
    jane = await rows.contact("Jane Doe")
    await store.save_persona(jane, profile(jane))
    await asyncio.gather(*(store.add_correction(jane, one) for one in (WRONG, RIGHT, WRONG)))
    [stands] = await store.load_corrections(jane)
    await store.withdraw_correction(jane, stands.key, by="ann", at=day(6))
    await store.add_correction(jane, RIGHT)
    assert [replace(one, key=0) for one in await store.load_corrections(jane)] == [RIGHT]


async def test_a_quick_answer_says_when_people_last_corrected_or_took_it_back(
    rows: Rows, store: WorkspaceStore
) -> None:
    jane = await rows.contact("Jane Doe", changed_at=day(3))
    await store.save_persona(jane, profile(jane))
    seen = [await store.answer_stored("Jane Doe")]
    await store.add_correction(jane, WRONG)
    seen.append(await store.answer_stored("Jane Doe"))
    [correction] = await store.load_corrections(jane)
    await store.withdraw_correction(jane, correction.key, by="ann", at=day(6))
    seen.append(await store.answer_stored("Jane Doe"))
    assert [answer.corrected_at for answer in seen if answer] == [None, day(4), day(6)]


async def test_nobody_withdraws_another_workspaces_correction(rows: Rows, store: WorkspaceStore) -> None:
    jane = await rows.contact("Jane Doe")
    await store.save_persona(jane, profile(jane))
    await store.add_correction(jane, WRONG)
    [correction] = await store.load_corrections(jane)
    theirs = WorkspaceStore(rows.database, await new_workspace(rows.database))
    assert await theirs.load_corrections(jane) == []
    assert not await theirs.withdraw_correction(jane, correction.key, by="eve", at=day(6))
    assert await store.load_corrections(jane) == [correction]
