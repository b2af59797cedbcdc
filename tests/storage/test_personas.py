"""Personas in versions, the quick answer from them, and the record of attempts."""

import asyncio
from dataclasses import replace
from hashlib import md5

import pytest
from sqlalchemy import select, update

from persona.errors import ContactNotFoundError, DoNotProfileError
from persona.model import (
    Claim,
    Contact,
    Evidence,
    Facet,
    Insights,
    Method,
    Persona,
    Profile,
    Quality,
    Role,
    SimilarContact,
    Speaker,
    WrittenBy,
)
from persona.ports import Attempt, StoredProfile
from storage.database import Database
from storage.store import StoredAnswer, WorkspaceStore
from storage.tables import contacts, customer_personas, persona_generation_history
from tests.storage.rows import Rows, day, new_workspace


@pytest.fixture
def rows(database: Database, workspace_id: int) -> Rows:
    return Rows(database, workspace_id)


@pytest.fixture
def store(rows: Rows) -> WorkspaceStore:
    return WorkspaceStore(rows.database, rows.workspace_id)


def profile(key: int, text: str = "Wants proof before price") -> Profile:
    quote = Evidence("Show me a rollout first.", day(1), Speaker.CONTACT, interaction_id="e1")
    persona = Persona(
        method=Method.RAG,
        method_reason="data quality 60",
        written_by=WrittenBy("rules"),
        written_at=day(3),
        role=Role("COO", "Northwind", None, confirmed=True, source="CRM"),
        facets={Facet.PAIN_POINTS: (Claim(text, (quote,), 0.7),)},
        abstained={Facet.AVOID: "nothing yet in 3 emails"},
    )
    insights = Insights(as_of=day(3), metrics={}, quality=Quality(60, ()))
    return Profile(contact=Contact(key, "c1", "Jane Doe"), insights=insights, persona=persona)


async def set_contact(rows: Rows, key: int, **values: object) -> None:
    async with rows.database.workspace(rows.workspace_id) as connection:
        await connection.execute(update(contacts).where(contacts.c.id == key).values(**values))


def with_version(given: Profile, version: int) -> Profile:
    assert given.persona is not None
    return replace(given, persona=replace(given.persona, version=version))


async def test_the_newest_version_comes_back_as_it_was_saved(rows: Rows, store: WorkspaceStore) -> None:
    jane = await rows.contact("Jane Doe", external_id="c1", interaction_count=4)
    first = await store.save_persona(jane, replace(profile(jane, "Old"), newer_interactions=9))
    second = await store.save_persona(jane, profile(jane))
    assert (first, second) == (with_version(profile(jane, "Old"), 1), with_version(profile(jane), 2))
    found = await store.newest_persona(jane)
    assert found is not None
    assert found == StoredProfile(second, persona_key=found.persona_key)


async def test_interactions_since_the_newest_version_are_counted(rows: Rows, store: WorkspaceStore) -> None:
    jane = await rows.contact("Jane Doe", interaction_count=4)
    await store.save_persona(jane, profile(jane))
    await set_contact(rows, jane, interaction_count=7)
    found = await store.newest_persona(jane)
    assert found is not None
    assert found.profile.newer_interactions == 3


async def test_of_what_happened_since_that_of_the_contact_and_their_deals_is_counted_apart(
    rows: Rows, store: WorkspaceStore
) -> None:
    jane = await rows.contact("Jane Doe", interaction_count=1)
    await rows.interaction(jane, "old", day(1))
    await store.save_persona(jane, profile(jane))
    await rows.interaction(jane, "late", day(1))
    await rows.interaction(jane, "away", day(4), auto_reply=True)
    await rows.interaction(jane, "ours", day(4), direction="outbound")
    await rows.stage(await rows.deal(jane, "d1", day(4), outcome="open"), "proposal", 2, day(5))
    await set_contact(rows, jane, interaction_count=4)
    found = await store.newest_persona(jane)
    assert found is not None
    since = found.profile
    assert (since.newer_interactions, since.newer_from_contact, since.newer_stage_changes) == (3, 1, 1)


async def test_the_newest_version_of_each_method_stands_apart(rows: Rows, store: WorkspaceStore) -> None:
    jane = await rows.contact("Jane Doe", changed_at=day(3))
    given = profile(jane)
    assert given.persona is not None
    await store.save_persona(jane, given)
    await store.save_persona(jane, replace(given, persona=replace(given.persona, method=Method.BASIC)))
    found = [await store.newest_persona(jane, method=method) for method in (None, Method.RAG, Method.BASIC)]
    assert [one.profile.persona.version for one in found if one and one.profile.persona] == [2, 1, 2]
    answer = await store.answer_stored("Jane Doe")
    assert answer is not None
    assert answer.version == 1
    assert [p.persona.version for p in await store.list_personas(jane) if p.persona] == [2, 1]


async def test_ten_saved_at_once_get_ten_versions(rows: Rows, store: WorkspaceStore) -> None:
    jane = await rows.contact("Jane Doe")
    saved = await asyncio.gather(*(store.save_persona(jane, profile(jane)) for _ in range(10)))
    assert sorted(s.persona.version for s in saved if s.persona) == list(range(1, 11))


async def test_only_a_written_persona_of_a_contact_of_this_workspace_is_saved(
    rows: Rows, store: WorkspaceStore
) -> None:
    jane = await rows.contact("Jane Doe")
    theirs = await Rows(rows.database, await new_workspace(rows.database)).contact("Ada Lind")
    hidden = await rows.contact("Graham Sykes", do_not_profile=True)
    with pytest.raises(ValueError, match="without a persona"):
        await store.save_persona(jane, replace(profile(jane), persona=None))
    with pytest.raises(ContactNotFoundError):
        await store.save_persona(theirs, profile(theirs))
    with pytest.raises(DoNotProfileError):
        await store.save_persona(hidden, profile(hidden))
    assert await rows.count(customer_personas) == 0


async def test_a_contact_nobody_wrote_about_has_no_persona(rows: Rows, store: WorkspaceStore) -> None:
    assert await store.newest_persona(await rows.contact("Jane Doe")) is None


async def test_an_exact_name_or_email_is_answered_with_the_newest_persona(rows: Rows, store: WorkspaceStore) -> None:
    jane = await rows.contact("Jane Doe", email="Jane@Northwind.example", interaction_count=2, changed_at=day(3))
    await store.save_persona(jane, profile(jane, "Old"))
    newest = await store.save_persona(jane, profile(jane))
    await set_contact(rows, jane, interaction_count=5)
    answers = [await store.answer_stored(query) for query in (" jane  DOE", "jane@northwind.EXAMPLE")]
    assert answers[0] == answers[1]
    answer = answers[0]
    assert answer is not None
    stored = await store.newest_persona(jane)
    assert stored is not None
    assert stored.profile.persona == newest.persona
    expected = StoredAnswer(jane, stored.persona_key, version=2, newer_interactions=3, changed=False)
    assert answer == replace(expected, settings=md5(b"{}", usedforsecurity=False).hexdigest())


async def test_an_answer_says_whether_the_contact_changed_since_it_was_written(
    rows: Rows, store: WorkspaceStore
) -> None:
    jane = await rows.contact("Jane Doe", changed_at=day(4))
    await store.save_persona(jane, profile(jane))
    answer = await store.answer_stored("Jane Doe")
    assert answer is not None
    assert answer.changed


async def test_a_stored_persona_is_shown_with_the_fields_the_crm_has_now(rows: Rows, store: WorkspaceStore) -> None:
    jane = await rows.contact("Jane Weber", external_id="c1", title="CEO", company="Contoso", company_size=50)
    saved = await store.save_persona(jane, profile(jane))
    found = await store.newest_persona(jane)
    assert found is not None
    assert saved.persona is not None
    now = Contact(jane, "c1", "Jane Weber", title="CEO", company="Contoso", company_size=50)
    role = Role("CEO", "Contoso", 50, confirmed=True, source="CRM record")
    assert found.profile == replace(saved, contact=now, persona=replace(saved.persona, role=role))


async def test_a_role_read_from_a_signature_stays_as_it_was_read(rows: Rows, store: WorkspaceStore) -> None:
    jane = await rows.contact("Jane Doe", external_id="c1", company="Contoso")
    given = profile(jane)
    assert given.persona is not None
    inferred = replace(given.persona.role, confirmed=False, source="from their signature of 3 Mar 2026")
    await store.save_persona(jane, replace(given, persona=replace(given.persona, role=inferred)))
    found = await store.newest_persona(jane)
    assert found is not None
    assert found.profile.persona is not None
    assert found.profile.persona.role == inferred


async def test_similar_contacts_who_opted_out_or_are_gone_are_not_shown(rows: Rows, store: WorkspaceStore) -> None:
    jane, graham = [await rows.contact(name) for name in ("Jane Doe", "Graham Sykes")]
    await rows.contact("Ada Lind")
    similar = tuple(SimilarContact(name, name, None, 0.9, ()) for name in ("Graham Sykes", "Gone", "Ada Lind"))
    await store.save_persona(jane, replace(profile(jane), similar=similar))
    await set_contact(rows, graham, do_not_profile=True)
    found = await store.newest_persona(jane)
    assert found is not None
    assert found.profile.similar == similar[2:]


async def test_nobody_is_the_answer_unless_exactly_one_contact_may_be_shown(rows: Rows, store: WorkspaceStore) -> None:
    for name, values in {
        "Two Alike": {"external_id": "1"},
        "two alike": {"external_id": "2"},
        "Not Profiled": {},
    }.items():
        key = await rows.contact(name, **values)
        await store.save_persona(key, profile(key))
        await set_contact(rows, key, do_not_profile=name == "Not Profiled")
    unwritten = StoredAnswer(await rows.contact("Not Written"), None, None, newer_interactions=0, changed=False)
    other = Rows(rows.database, await new_workspace(rows.database))
    theirs = await other.contact("Only Theirs")
    await WorkspaceStore(rows.database, other.workspace_id).save_persona(theirs, profile(theirs))
    asked = ("Two Alike", "Not Profiled", "Only Theirs", "Nobody", "", "\x00")
    assert {query: await store.answer_stored(query) for query in asked} == dict.fromkeys(asked)
    answer = await store.answer_stored("not written")
    assert answer is not None
    assert replace(answer, settings="") == unwritten


async def test_an_attempt_is_recorded_with_what_it_took(rows: Rows, store: WorkspaceStore) -> None:
    jane = await rows.contact("Jane Doe")
    by = WrittenBy(
        "openai", "gpt-4o-mini", "abc", "b", input_tokens=900, output_tokens=80, cost_usd=0.01, latency_ms=1500
    )
    await store.record_attempt(Attempt(jane, Method.RAG, by, "timeout", day(1), withheld=3))
    columns = [c for c in persona_generation_history.c if c.name not in {"workspace_id", "id"}]
    async with rows.database.workspace(rows.workspace_id) as connection:
        row = (await connection.execute(select(*columns))).one()
    assert row._asdict() == {
        "contact_id": jane,
        "method": "rag",
        "writer": "openai",
        "model": "gpt-4o-mini",
        "prompt_version": "abc",
        "variant": "b",
        "input_tokens": 900,
        "output_tokens": 80,
        "cost_usd": 0.01,
        "latency_ms": 1500,
        "outcome": "timeout",
        "withheld": 3,
        "started_at": day(1),
    }
