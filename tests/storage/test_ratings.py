"""One rating a person and persona version: the newest act that was not taken back, whatever order acts come in."""

import pytest

from persona.ratings import Accuracy, Ratings
from storage.database import Database
from storage.ratings import SELECT, Act, accuracy, add_reason, persona_seen, ratings_of, reaction_source, record_act
from storage.store import WorkspaceStore
from tests.storage.rows import Rows, day, new_workspace
from tests.storage.test_personas import profile

STAR, TWO = (reaction_source("C1", "1.000100", name) for name in ("star", "two"))


@pytest.fixture
def rows(database: Database, workspace_id: int) -> Rows:
    return Rows(database, workspace_id)


@pytest.fixture
async def jane(rows: Rows) -> int:
    """A contact with two versions of a persona."""
    store, contact = WorkspaceStore(rows.database, rows.workspace_id), await rows.contact("Jane Doe")
    for _ in range(2):
        await store.save_persona(contact, profile(contact))
    return contact


async def act(
    rows: Rows, contact: int, source: str, stars: int | None, number: float, *, user_id: str = "U1", version: int = 1
) -> bool:
    async with rows.database.workspace(rows.workspace_id) as connection:
        key = await persona_seen(connection, rows.workspace_id, contact, version)
        assert key is not None
        return await record_act(connection, rows.workspace_id, Act(key, user_id, source, stars, day(number)))


async def shown(rows: Rows, contact: int, version: int = 1) -> Ratings:
    stored = await WorkspaceStore(rows.database, rows.workspace_id).newest_persona(contact, version=version)
    assert stored is not None
    return stored.profile.ratings


async def test_a_reaction_and_a_select_of_one_person_are_one_rating_the_later(rows: Rows, jane: int) -> None:
    await act(rows, jane, STAR, 5, 1)
    await act(rows, jane, SELECT, 2, 2)
    await act(rows, jane, SELECT, 4, 1, user_id="U2")
    assert (await shown(rows, jane), await shown(rows, jane, version=2)) == (Ratings(2, 6), Ratings())


async def test_taking_the_newest_back_leaves_what_was_done_before_it(rows: Rows, jane: int) -> None:
    await act(rows, jane, SELECT, 3, 1)
    await act(rows, jane, STAR, 5, 2)
    await act(rows, jane, STAR, None, 3)
    assert await shown(rows, jane) == Ratings(1, 3)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
async def test_acts_that_come_in_any_order_end_the_same(rows: Rows, jane: int, order: tuple[int, ...]) -> None:
    acts = [(STAR, 5, 1), (STAR, None, 2), (TWO, 2, 0)]
    for at in order:
        await act(rows, jane, *acts[at])
    assert await shown(rows, jane) == Ratings(1, 2)


async def test_an_act_that_comes_again_or_late_is_not_kept(rows: Rows, jane: int) -> None:
    kept = [await act(rows, jane, SELECT, stars, number) for stars, number in ((4, 2), (4, 2), (1, 1))]
    assert (kept, await shown(rows, jane)) == ([True, False, False], Ratings(1, 4))


async def test_a_reaction_taken_off_a_message_that_shows_a_newer_version_by_now_counts_nowhere(
    rows: Rows, jane: int
) -> None:
    await act(rows, jane, STAR, 5, 1, version=1)
    await act(rows, jane, STAR, None, 2, version=2)
    assert (await shown(rows, jane), await shown(rows, jane, version=2)) == (Ratings(), Ratings())


async def test_a_reason_goes_when_other_stars_are_chosen(rows: Rows, jane: int) -> None:
    reasons = []
    await act(rows, jane, SELECT, 2, 1)
    async with rows.database.workspace(rows.workspace_id) as connection:
        key = await persona_seen(connection, rows.workspace_id, jane, 1) or 0
        await add_reason(connection, rows.workspace_id, key, user_id="U1", reason="Too sure of herself")
    for stars, number in ((2, 0), (5, 3)):
        async with rows.database.workspace(rows.workspace_id) as connection:
            found = await connection.exec_driver_sql("SELECT reason FROM standing_ratings")
            reasons.append(found.scalar_one())
        await act(rows, jane, SELECT, stars, number)
    async with rows.database.workspace(rows.workspace_id) as connection:
        reasons.append((await connection.exec_driver_sql("SELECT reason FROM standing_ratings")).scalar_one())
    assert reasons == ["Too sure of herself", "Too sure of herself", None]


async def test_a_persona_of_a_contact_one_may_not_see_is_not_found(rows: Rows, jane: int) -> None:
    async with rows.database.workspace(rows.workspace_id, owners={"other@sales.example"}) as connection:
        assert await persona_seen(connection, rows.workspace_id, jane, 1) is None


async def test_accuracy_is_the_mean_with_wilson_s_interval_for_all_and_by_variant(rows: Rows, jane: int) -> None:
    for user_id, stars, number in (("U1", 5, 1), ("U2", 4, 2), ("U3", 4, 3)):
        await act(rows, jane, SELECT, stars, number, user_id=user_id)
    other = await new_workspace(rows.database)
    async with rows.database.workspace(rows.workspace_id) as connection:
        everything, default = await accuracy(connection, rows.workspace_id)
        [late, _] = await accuracy(connection, rows.workspace_id, since=day(3))
    async with rows.database.workspace(other) as connection:
        nobody = await accuracy(connection, other)
        foreign = await ratings_of(connection, other, 1)
    low, high = everything.low or 0, everything.high or 0
    assert (everything.variant, default.variant, everything.ratings) == (None, "default", Ratings(3, 13))
    assert (round(low, 2), round(high, 2)) == (2.5, 4.91)
    assert (late.ratings, nobody, foreign) == (Ratings(1, 4), [Accuracy(None, Ratings(), None, None)], Ratings())
