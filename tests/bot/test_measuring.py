"""What changed is measured, and nothing else: in one transaction, by the import, and by the chore."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.chores import register_chores
from bot.measuring import MEASURE, Measuring
from bot.wiring import Services
from persona.errors import ContactNotFoundError
from storage.contacts import list_contacts
from storage.database import Database
from storage.embeddings import embed_contacts
from storage.tables import behavioral_patterns, contacts, interaction_embeddings, interactions
from tests.bot.crm_sender import merge
from tests.storage.rows import Rows

JANE = "jane.doe@northwind.example"
SOON = datetime.now(UTC) - timedelta(minutes=5)


async def jane_and_another(services: Services) -> tuple[int, int]:
    workspace_id = await services.default_workspace()
    engine = services.engine(workspace_id)
    return (await engine.resolve(JANE)).key, (await engine.resolve("Katrin Vogel")).key


async def write_to_us(services: Services, contact: int, words: str) -> int:
    """A new mail of the contact's, as a merge leaves it: counted, and the contact changed."""
    workspace_id = await services.default_workspace()
    rows = Rows(services.database, workspace_id)
    key = await rows.interaction(contact, f"new {contact} {words}", SOON, body=words, own_words=words)
    async with services.database.workspace(workspace_id) as connection:
        changed = contacts.update().where(contacts.c.workspace_id == workspace_id, contacts.c.id == contact)
        await connection.execute(
            changed.values(changed_at=datetime.now(UTC), interaction_count=contacts.c.interaction_count + 1)
        )
    return key


async def measured(database: Database, workspace_id: int) -> dict[int, tuple[datetime, int]]:
    """When each contact's snapshot was made, and how many interactions are in it."""
    total = behavioral_patterns.c.insights["metrics"]["total_interactions"]["value"].as_float()
    asked = select(behavioral_patterns.c.contact_id, behavioral_patterns.c.measured_at, total)
    async with database.workspace(workspace_id) as connection:
        return {key: (at, int(n)) for key, at, n in (await connection.execute(asked)).all()}


async def embedded(database: Database, workspace_id: int, interaction: int) -> int | None:
    """The contact of an interaction's vector."""
    asked = select(interaction_embeddings.c.contact_id).where(interaction_embeddings.c.interaction_id == interaction)
    async with database.workspace(workspace_id) as connection:
        return await connection.scalar(asked)


async def measure(services: Services, keys: list[int]) -> None:
    workspace_id = await services.default_workspace()
    async with services.database.workspace(workspace_id) as connection:
        await services.measuring.measure_within(connection, workspace_id, keys)


async def test_only_who_changed_is_measured_anew(services: Services) -> None:
    workspace_id, (jane, _) = await services.default_workspace(), await jane_and_another(services)
    before = await measured(services.database, workspace_id)
    mail = await write_to_us(services, jane, "The depots want it before winter.")
    await services.measuring.measure_changes(workspace_id=workspace_id)
    after = await measured(services.database, workspace_id)
    assert {key for key in after if after[key] != before[key]} == {jane}
    assert after[jane][1] == before[jane][1] + 1
    assert await embedded(services.database, workspace_id, mail) == jane


async def test_of_those_who_changed_the_ones_with_a_persona_are_told_of_once_it_is_kept(services: Services) -> None:
    workspace_id, (jane, katrin) = await services.default_workspace(), await jane_and_another(services)
    await services.engine(workspace_id).write(jane)
    told: list[tuple[int, Sequence[int]]] = []

    async def on_change(workspace: int, keys: Sequence[int]) -> None:
        told.append((workspace, list(keys)))

    measuring = Measuring(
        database=services.database,
        embedder=services.embedder,
        engine_over=services.engine_over,
        chores=services.chores,
        clock=lambda: datetime.now(UTC),
        on_change=on_change,
    )
    register_chores(services.queue, measuring.tasks)
    async with services.database.workspace(workspace_id) as connection:
        await measuring.tell_within(connection, workspace_id, [jane, katrin])
        await merge(services)
        before = list(told)
    await merge(services)
    assert (before, told) == ([], [(workspace_id, [jane])])


async def test_a_batch_that_fails_leaves_neither_vectors_nor_snapshots(services: Services) -> None:
    workspace_id, (jane, _) = await services.default_workspace(), await jane_and_another(services)
    before = await measured(services.database, workspace_id)
    mail = await write_to_us(services, jane, "The depots want it before winter.")
    with pytest.raises(ContactNotFoundError):
        await measure(services, [jane, 0])
    assert await measured(services.database, workspace_id) == before
    assert await embedded(services.database, workspace_id, mail) is None


async def test_vectors_of_other_contacts_are_left_alone(services: Services) -> None:
    workspace_id, (jane, katrin) = await services.default_workspace(), await jane_and_another(services)
    new = [await write_to_us(services, who, "Before winter, please.") for who in (jane, katrin)]
    async with services.database.workspace(workspace_id) as connection:
        gone = select(interactions.c.id).where(interactions.c.contact_id == katrin, interactions.c.own_words != "")
        other = int(await connection.scalar(gone.order_by(interactions.c.id).limit(1)) or 0)
        await connection.execute(interactions.update().where(interactions.c.id == other).values(own_words=""))
        done = await embed_contacts(connection, workspace_id, services.embedder, [jane])
    found = [await embedded(services.database, workspace_id, mail) for mail in (*new, other)]
    assert (done, found) == (1, [jane, None, katrin])


async def test_the_card_and_the_stored_persona_say_how_much_is_newer(services: Services) -> None:
    workspace_id, (jane, _) = await services.default_workspace(), await jane_and_another(services)
    engine = services.engine(workspace_id)
    written = await engine.write(jane)
    for words in ("First of all, the price.", "And the depots?"):
        await write_to_us(services, jane, words)
    await services.measuring.measure_changes(workspace_id=workspace_id)
    stored = await engine.stored(jane)
    assert (written.newer_interactions, stored and stored.newer_interactions) == (0, 2)


async def test_the_chore_is_one_however_often_it_is_asked_for(services: Services) -> None:
    workspace_id = await services.default_workspace()
    for _ in range(3):
        await services.measuring.ask(workspace_id)
    jobs = await services.queue.job_manager.list_jobs_async(task=MEASURE)
    assert [job.task_kwargs for job in jobs] == [{"workspace_id": workspace_id}]


async def test_many_contacts_at_once_are_measured_as_each_by_itself(services: Services) -> None:
    workspace_id, now = await services.default_workspace(), datetime.now(UTC)
    people = [one.key for one in await list_contacts(services.database, workspace_id) if not one.do_not_profile]
    engine = services.engine_over(services.store(workspace_id), now)
    for key in people:
        await engine.remember_pattern(key)
    one_by_one = await snapshots(services)
    measuring = Measuring(
        database=services.database,
        embedder=services.embedder,
        engine_over=services.engine_over,
        chores=services.chores,
        clock=lambda: now,
    )
    async with services.database.workspace(workspace_id) as connection:
        await connection.execute(behavioral_patterns.delete())
        await measuring.measure_within(connection, workspace_id, people)
    assert await snapshots(services) == one_by_one
    assert len(one_by_one) == len(people)


async def snapshots(services: Services) -> list[str]:
    async with services.database.workspace(await services.default_workspace()) as connection:
        rows = (await connection.execute(select(behavioral_patterns).order_by(behavioral_patterns.c.contact_id))).all()
    return [repr([*row[:5], row.behaviour, row.profile]) for row in rows]
