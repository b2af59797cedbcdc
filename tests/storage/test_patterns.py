"""Vectors of words and behaviour, and the benchmarks computed from the snapshots."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sqlalchemy import insert, select, text

from persona.documents import load_insights
from persona.model import Benchmark, Contact, Facet, Insights, Metric, Quality
from persona.ports import Neighbours, Vector
from persona.similarity import FEATURES
from storage.benchmarks import refresh_workspace_benchmarks
from storage.contacts import contacts_to_measure
from storage.database import Database
from storage.patterns import PROFILE_DIMENSIONS, nearest_contacts
from storage.store import WorkspaceStore
from storage.tables import DIMENSIONS, behavioral_patterns, interaction_embeddings
from tests.storage.rows import Rows, day, new_workspace


@pytest.fixture
def rows(database: Database, workspace_id: int) -> Rows:
    return Rows(database, workspace_id)


@pytest.fixture
def store(rows: Rows) -> WorkspaceStore:
    return WorkspaceStore(rows.database, rows.workspace_id)


def axis(*weights: float, size: int = DIMENSIONS) -> Vector:
    vector = np.zeros(size, dtype=np.float32)
    vector[: len(weights)] = weights
    return vector


def insights(**values: float | None) -> Insights:
    metrics = {name: Metric(name, value, "", n=9, min_n=5) for name, value in values.items()}
    return Insights(as_of=day(1), metrics=metrics, quality=Quality(50, ()))


async def embed(rows: Rows, contact: int, interaction: int, vector: Vector, model: str = "m") -> None:
    async with rows.database.workspace(rows.workspace_id) as connection:
        await connection.execute(
            insert(interaction_embeddings).values(
                workspace_id=rows.workspace_id,
                contact_id=contact,
                interaction_id=interaction,
                model=model,
                text_hash=b"x",
                embedding=vector,
            )
        )


async def remember(store: WorkspaceStore, contact: int, profile: Vector | None, **more: Any) -> None:
    values = {"behaviour": axis(0.5), "model": "m", "given": insights(), **more}
    await store.save_pattern(
        contact, values["given"], behaviour=values["behaviour"], profile=profile, model=values["model"]
    )


async def test_passages_are_ranked_per_facet_by_the_best_of_its_prototypes(rows: Rows, store: WorkspaceStore) -> None:
    jane, other = await rows.contact("Jane Doe"), await rows.contact("Ada Lind")
    for number, vector in enumerate([axis(2, 0), axis(0, 0.5), axis(0.6, 0.8), axis(0, 0)]):
        await embed(rows, jane, await rows.interaction(jane, f"e{number}", day(number)), vector)
    await embed(rows, jane, await rows.interaction(jane, "late", day(9)), axis(1))
    await embed(rows, jane, await rows.interaction(jane, "elsewise", day(1)), axis(1), model="another")
    await embed(rows, other, await rows.interaction(other, "theirs", day(1)), axis(1))
    found = await store.nearest_passages(
        jane,
        {Facet.PAIN_POINTS: np.stack([axis(1), axis(0, 0, 1)]), Facet.AVOID: axis(0, 3)[None, :]},
        model="m",
        until=day(8),
        per_facet=2,
    )
    assert found == {
        Facet.PAIN_POINTS: [("e0", 1.0), ("e2", pytest.approx(0.6))],
        Facet.AVOID: [("e1", 1.0), ("e2", pytest.approx(0.8))],
    }


async def test_passages_are_found_by_the_beginnings_of_words_and_by_phrases_in_their_order(
    rows: Rows, store: WorkspaceStore
) -> None:
    jane, other = await rows.contact("Jane Doe"), await rows.contact("Ada Lind")
    texts = ("Der Preis ist zu teuer, der Preis!", "Teurer geht es nicht", "We type it by hand", "hand it by", "Mühsam")
    for number, words in enumerate(texts):
        await rows.interaction(jane, f"e{number}", day(number), own_words=words)
    await rows.interaction(jane, "late", day(9), own_words="teuer")
    await rows.interaction(other, "theirs", day(1), own_words="teuer")
    terms = {
        Facet.LIKELY_OBJECTIONS: ("teue", "preis"),
        Facet.PAIN_POINTS: ("by hand", "muhsam"),
        Facet.AVOID: ("nie",),
    }
    found = await store.matching_passages(jane, terms, until=day(8), per_facet=2)
    assert {facet: [interaction for interaction, _ in ranked] for facet, ranked in found.items()} == {
        Facet.LIKELY_OBJECTIONS: ["e0"],
        Facet.PAIN_POINTS: ["e4", "e2"],
        Facet.AVOID: [],
    }


async def test_a_search_term_is_no_query_language(rows: Rows, store: WorkspaceStore) -> None:
    jane = await rows.contact("Jane Doe")
    with pytest.raises(ValueError, match="letters, digits and spaces"):
        await store.matching_passages(jane, {Facet.AVOID: ("a' | !'b",)}, until=day(8), per_facet=2)


async def test_a_contact_without_vectors_has_no_passages_and_no_mean(rows: Rows, store: WorkspaceStore) -> None:
    jane = await rows.contact("Jane Doe")
    wanted = {Facet.AVOID: axis(1)[None, :]}
    assert await store.nearest_passages(jane, wanted, model="m", until=day(8), per_facet=2) == {Facet.AVOID: []}
    assert await store.mean_embedding(jane, model="m", until=day(8)) is None


async def test_the_mean_is_of_the_contact_s_own_mails_alone(rows: Rows, store: WorkspaceStore) -> None:
    jane = await rows.contact("Jane Doe")
    for external_id, vector, values in [
        ("e1", axis(1, 0), {}),
        ("e2", axis(0, 1), {}),
        ("note", axis(0, 0, 9), {"record": "activities", "kind": "call"}),
        ("away", axis(0, 0, 9), {"auto_reply": True}),
        ("ours", axis(0, 0, 9), {"direction": "outbound"}),
        ("late", axis(0, 0, 9), {"occurred_at": day(9)}),
    ]:
        at = values.pop("occurred_at", day(1))
        await embed(rows, jane, await rows.interaction(jane, external_id, at, **values), vector)
    found = await store.mean_embedding(jane, model="m", until=day(8))
    assert found is not None
    assert (found.dtype, found.tolist()) == (np.float32, axis(0.5, 0.5).tolist())


async def test_what_the_index_finds_in_a_large_workspace_is_what_comparing_each_finds(
    rows: Rows, store: WorkspaceStore
) -> None:
    """Two workspaces share the index: the search goes on until enough of its own are found."""
    other = Rows(rows.database, await new_workspace(rows.database))
    numbers = np.random.default_rng(5)
    for place in range(120):
        owner = rows if place % 3 else other
        made = WorkspaceStore(owner.database, owner.workspace_id)
        profile = numbers.normal(size=PROFILE_DIMENSIONS).astype(np.float32)
        await remember(made, await owner.contact(f"N{place}"), profile)
    asked = numbers.normal(size=PROFILE_DIMENSIONS).astype(np.float32)

    found, scans = await nearest(rows, asked, exact_up_to=0)
    assert (len(found), scans) == (10, 1)
    assert await nearest(rows, asked, exact_up_to=1_000) == (found, 0)


async def test_when_few_candidates_of_the_index_may_be_shown_every_contact_is_compared(
    rows: Rows, store: WorkspaceStore
) -> None:
    for place in range(60):
        hidden = await rows.contact(f"N{place}", do_not_profile=True)
        await remember(store, hidden, axis(1, place / 1000, size=PROFILE_DIMENSIONS))
    await remember(store, await rows.contact("Far Away"), axis(0, 1, size=PROFILE_DIMENSIONS))
    assert await nearest(rows, axis(1, size=PROFILE_DIMENSIONS), exact_up_to=0) == (["Far Away"], 1)


async def nearest(rows: Rows, asked: Vector, *, exact_up_to: int) -> tuple[list[str], int]:
    """Names of the ten nearest, and how often the index was scanned, which so few rows alone would not bring about."""
    count = text("SELECT pg_stat_get_xact_numscans('ix_behavioral_patterns_nearest'::regclass)")
    async with rows.database.workspace(rows.workspace_id) as connection:
        for way in ("seqscan", "sort"):
            await connection.execute(text(f"SET LOCAL enable_{way} = off"))
        before = (await connection.execute(count)).scalar_one()
        found = await nearest_contacts(
            connection, rows.workspace_id, 0, asked, until=day(9), limit=10, exact_up_to=exact_up_to
        )
        scans = (await connection.execute(count)).scalar_one() - before
    return [neighbour.contact.name for neighbour in found.nearest], scans


def test_the_index_is_made_for_profiles_as_long_as_they_are() -> None:
    assert len(FEATURES) + DIMENSIONS == PROFILE_DIMENSIONS


async def test_the_nearest_contacts_come_with_behaviour_and_outcomes(rows: Rows, store: WorkspaceStore) -> None:
    jane, near, far = [await rows.contact(name) for name in ("Jane Doe", "Near", "Far")]
    hidden, unlike, short, mute, nil = [
        await rows.contact(name, do_not_profile=name == "Hidden")
        for name in ("Hidden", "Unlike", "Short", "Mute", "Nil")
    ]
    for contact, profile in ((jane, axis(1)), (near, axis(0.8, 0.6)), (far, axis(-1)), (hidden, axis(1))):
        await remember(store, contact, profile, behaviour=axis(0.25, contact))
    await remember(store, unlike, axis(1), model="another")
    await remember(store, short, axis(1)[:10])
    await remember(store, mute, None)
    await remember(store, nil, axis(0))
    for number, (contact, outcome) in enumerate([(near, "won"), (near, "lost"), (near, "open"), (jane, "won")]):
        await rows.deal(contact, f"d{number}", day(1), outcome=outcome)
    other = Rows(rows.database, await new_workspace(rows.database))
    theirs = await other.contact("Theirs")
    await remember(WorkspaceStore(rows.database, other.workspace_id), theirs, axis(1))
    found = await store.nearest_contacts(jane, axis(1), until=day(9), limit=5)
    assert [(n.contact.name, n.similarity, n.behaviour.tolist(), n.won, n.lost) for n in found.nearest] == [
        ("Near", pytest.approx(0.8), axis(0.25, near).tolist(), 1, 1),
        ("Far", pytest.approx(-1), axis(0.25, far).tolist(), 0, 0),
    ]
    assert (found.base_won, found.base_closed) == (2, 3)
    assert [n.contact.name for n in (await store.nearest_contacts(jane, axis(1), until=day(9), limit=1)).nearest] == [
        "Near"
    ]


async def test_outcomes_are_those_of_deals_closed_by_then(rows: Rows, store: WorkspaceStore) -> None:
    jane, ada = await rows.contact("Jane Doe"), await rows.contact("Ada Lind")
    await remember(store, ada, axis(1))
    for name, created, outcome, closed in (
        ("closed", day(1), "won", day(3)),
        ("closed later", day(1), "lost", day(5)),
        ("created later", day(5), "won", None),
        ("nobody noted when", day(1), "lost", None),
    ):
        await rows.deal(ada, name, created, outcome=outcome, closed_at=closed)
    found = await store.nearest_contacts(jane, axis(1), until=day(4), limit=5)
    assert [(n.won, n.lost) for n in found.nearest] == [(1, 1)]
    assert (found.base_won, found.base_closed) == (1, 2)


async def test_a_contact_is_measured_again_when_they_changed_after_their_history_was_read(
    rows: Rows, store: WorkspaceStore
) -> None:
    unmeasured = await rows.contact("Unmeasured")
    earlier, later, another = [
        await rows.contact(name, changed_at=day(2)) for name in ("Read earlier", "Read later", "Another model")
    ]
    await rows.contact("Hidden", do_not_profile=True)
    await remember(store, earlier, None, given=replace(insights(), as_of=day(1)))
    await remember(store, later, None, given=replace(insights(), as_of=day(3)))
    await remember(store, another, None, given=replace(insights(), as_of=day(3)), model="another")
    due = await contacts_to_measure(rows.database, rows.workspace_id, model="m")
    assert due == [unmeasured, earlier, another]


async def test_nothing_is_near_a_vector_of_zeros(rows: Rows, store: WorkspaceStore) -> None:
    jane, ada = await rows.contact("Jane Doe"), await rows.contact("Ada Lind")
    await remember(store, ada, axis(1))
    assert await store.nearest_contacts(jane, axis(0), until=day(9), limit=5) == Neighbours(
        (), base_won=0, base_closed=0
    )


async def test_a_snapshot_replaces_the_one_before(rows: Rows, store: WorkspaceStore) -> None:
    jane = await rows.contact("Jane Doe")
    await remember(store, jane, axis(1))
    newer = replace(insights(reply_rate=0.5), as_of=day(2))
    await remember(store, jane, None, given=newer, behaviour=axis(0.75), model="n")
    async with rows.database.workspace(rows.workspace_id) as connection:
        row = (await connection.execute(select(behavioral_patterns))).one()
    assert (load_insights(row.insights), row.as_of, row.model, row.profile) == (newer, day(2), "n", None)
    assert np.asarray(row.behaviour).tolist() == axis(0.75).tolist()


async def test_a_workspace_s_benchmarks_are_quantiles_of_eight_or_more_contacts(
    rows: Rows, store: WorkspaceStore
) -> None:
    for number in range(9):
        given = insights(reply_rate=number / 10, click_rate=0.5 if number < 7 else None)
        key = await rows.contact(f"Contact {number}", industry="Healthcare" if number else None)
        await remember(store, key, None, given=given)
    hidden = await rows.contact("Hidden", industry="Healthcare", do_not_profile=True)
    await remember(store, hidden, None, given=insights(reply_rate=99.0))
    for _ in range(2):
        await refresh_workspace_benchmarks(rows.database, rows.workspace_id)
    contact = Contact(1, "c1", "Jane Doe", industry="Healthcare")
    own = [b for b in await store.load_benchmarks(contact) if b.source_kind == "workspace"]
    year = own[0].year
    common = {"metric": "reply_rate", "source": "our own contacts", "source_kind": "workspace", "year": year}
    quantiles = {b.segment: b.quantiles for b in own}
    assert sorted(own, key=lambda b: b.segment) == [
        Benchmark(segment="all", value=0.4, low=0.2, high=0.6, n=9, quantiles=quantiles["all"], **common),
        Benchmark(
            segment="healthcare",
            value=pytest.approx(0.45),
            low=pytest.approx(0.275),
            high=pytest.approx(0.625),
            n=8,
            quantiles=quantiles["healthcare"],
            **common,
        ),
    ]
    assert quantiles["all"] == pytest.approx(np.linspace(0, 0.8, 101))


async def test_seeded_benchmarks_of_the_segment_and_of_all_are_offered_to_every_workspace(
    rows: Rows, store: WorkspaceStore
) -> None:
    offered = await store.load_benchmarks(Contact(1, "c1", "Jane Doe", industry="Finance"))
    assert {b.segment for b in offered} == {"finance", "all"}
    assert {b.source_kind for b in offered} == {"starting value", "published"}
    starting = [b for b in offered if b.metric == "decision_days" and b.segment == "finance"]
    assert starting == [
        Benchmark("decision_days", "finance", 120.0, 75.0, 180.0, "Persona Bot starting value", "starting value", 2026)
    ]


async def test_one_workspace_s_benchmarks_are_not_another_s(rows: Rows, store: WorkspaceStore) -> None:
    for number in range(8):
        await remember(store, await rows.contact(f"Contact {number}"), None, given=insights(reply_rate=0.5))
    await refresh_workspace_benchmarks(rows.database, rows.workspace_id)
    other = await new_workspace(rows.database)
    await refresh_workspace_benchmarks(rows.database, other)
    jane = Contact(1, "c1", "Jane Doe")
    theirs = await WorkspaceStore(rows.database, other).load_benchmarks(jane)
    assert [b for b in theirs if b.source_kind == "workspace"] == []
    assert len([b for b in await store.load_benchmarks(jane) if b.source_kind == "workspace"]) == 1
