"""The engine over the sample CRM: which writer, which method, what is stored, and what happens when a model fails."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from bot.wiring import Services
from persona.engine import Engine
from persona.errors import AmbiguousContactError, ContactNotFoundError, DoNotProfileError
from persona.export import export_profile
from persona.finding import those_meant, worth_naming
from persona.model import Contact, ContactMatch, Facet, Fit, Method, Profile
from persona.rewriting import SAME
from storage.contacts import list_contacts
from storage.database import Database
from storage.tables import persona_generation_history
from tests.bot.conftest import settings
from tests.doubles.openai_server import GOOD_KEY, OpenAIDouble, Reply

JANE = "jane.doe@northwind.example"


async def engine_of(services: Services) -> Engine:
    return services.engine(await services.default_workspace())


async def ask(services: Services, who: str = JANE, **how: Any) -> Profile:
    engine = await engine_of(services)
    return await engine.ask((await engine.resolve(who)).key, **how)


async def attempts(services: Services) -> list[tuple[str, str]]:
    """Writer and outcome of every attempt, oldest first."""
    columns = persona_generation_history.c
    query = select(columns.writer, columns.outcome).order_by(columns.id)
    async with services.database.workspace(await services.default_workspace()) as connection:
        return [(row.writer, row.outcome) for row in await connection.execute(query)]


@pytest.fixture
async def model() -> AsyncIterator[OpenAIDouble]:
    async with OpenAIDouble().serve() as double:
        yield double


@pytest.fixture
async def with_model(sample_url: str, model: OpenAIDouble) -> AsyncIterator[Services]:
    known = settings(openai_api_key=SecretStr(GOOD_KEY), openai_base_url=model.url)
    made = Services(known, await Database.open(sample_url))
    yield made
    await made.close()


async def test_every_claim_of_the_rules_rests_on_words_that_are_stored(services: Services) -> None:
    profile = await ask(services)
    assert profile.persona is not None
    engine_store = services.store(await services.default_workspace())
    history = await engine_store.load_history(profile.contact.key, until=datetime.now(UTC))
    own = {i.interaction_id: " ".join(i.own_words.split()) for i in history.interactions}
    quotes = [
        e for claims in profile.persona.facets.values() for claim in claims for e in claim.evidence if e.metric is None
    ]
    assert len(quotes) >= 15
    assert [e.quote for e in quotes if " ".join(e.quote.split()) not in own[e.interaction_id or ""]] == []


async def test_each_facet_has_claims_or_a_reason_why_not(services: Services) -> None:
    for who in (JANE, "k.vogel@brennhaus.example", "priya.raman@orbweaver.example"):
        persona = (await ask(services, who)).persona
        assert persona is not None
        assert set(persona.facets) | set(persona.abstained) == set(Facet)
        assert set(persona.facets) & set(persona.abstained) == set()
        assert all(persona.abstained.values())


async def test_a_fresh_persona_is_served_from_the_store_until_another_is_asked_for(services: Services) -> None:
    first, again = await ask(services), await ask(services)
    assert again == first
    anew = await ask(services, fresh=True)
    assert first.persona is not None
    assert anew.persona is not None
    assert (anew.persona.version, anew.kept, anew.confirmed_at is not None) == (1, SAME, True)
    assert await attempts(services) == [("rules", "ok"), ("rules", "ok")]


async def test_looking_back_stores_nothing_and_reads_nothing_later(services: Services) -> None:
    then = datetime(2026, 1, 31, tzinfo=UTC)
    profile = await ask(services, as_of=then)
    assert profile.persona is not None
    evidence = [e for claims in profile.persona.facets.values() for c in claims for e in c.evidence]
    assert max(e.occurred_at for e in evidence) <= then
    assert profile.insights.metrics["total_interactions"].n < 218
    assert "workspace" not in {c.benchmark.source_kind for c in profile.insights.comparisons.values() if c.benchmark}
    assert await (await engine_of(services)).stored(profile.contact.key) is None


async def test_thin_data_is_basic_and_says_why(services: Services) -> None:
    persona = (await ask(services, "priya.raman@orbweaver.example")).persona
    assert persona is not None
    assert (persona.method, persona.method_reason) == (
        Method.BASIC,
        "only 3 interactions, 5 are needed to read behaviour",
    )
    assert persona.facets == {}


async def test_do_not_profile_holds_for_every_use_case(services: Services) -> None:
    engine = await engine_of(services)
    key = (await engine.resolve("yolanda.pierce@meridianhealth.example")).key
    for use in (engine.ask, engine.write, engine.measure, engine.stored):
        with pytest.raises(DoNotProfileError):
            await use(key)
    jane = await ask(services)
    assert "Yolanda Pierce" not in [similar.name for similar in jane.similar]


async def test_similar_contacts_come_with_reasons_and_outcomes(services: Services) -> None:
    similar = (await ask(services)).similar
    assert len(similar) == 5
    assert all(one.shared for one in similar)
    assert [one.similarity for one in similar] == sorted((one.similarity for one in similar), reverse=True)


async def test_an_instruction_in_a_mail_changes_nothing(services: Services) -> None:
    profile = await ask(services, "omar.haddad@kestreldx.example")
    shown = str(export_profile(profile)).lower()
    for planted in ("unlimited budget", "500,000", "kestrel-rewards", "<!channel>", "previous instructions"):
        assert planted not in shown


async def test_a_model_writes_when_there_is_one(with_model: Services) -> None:
    persona = (await ask(with_model)).persona
    assert persona is not None
    assert (persona.written_by.writer, persona.written_by.model, persona.written_by.fallback) == (
        "gpt-4o-mini",
        "gpt-4o-mini",
        "",
    )
    assert persona.written_by.input_tokens > 0
    assert 0 < persona.written_by.cost_usd < 0.01
    assert await attempts(with_model) == [("gpt-4o-mini", "ok")]


@pytest.mark.parametrize(
    ("reply", "outcomes"),
    [
        (Reply(status=401), ["bad_key"]),
        (Reply(status=500), ["unreachable"]),
        (Reply(status=429), ["rate_limited"]),
        (Reply(refusal="No."), ["refused"]),
        (Reply(content="rubbish"), ["malformed", "malformed"]),
        (Reply(finish_reason="length"), ["truncated", "truncated"]),
    ],
)
async def test_when_the_model_fails_rules_write_and_the_card_says_what_to_do(
    with_model: Services, model: OpenAIDouble, reply: Reply, outcomes: list[str]
) -> None:
    model.usually = reply
    persona = (await ask(with_model)).persona
    assert persona is not None
    assert persona.written_by.writer == "rules"
    assert persona.written_by.fallback
    assert persona.facets
    assert await attempts(with_model) == [*(("gpt-4o-mini", outcome) for outcome in outcomes), ("rules", "ok")]


async def test_without_a_key_the_card_says_how_to_get_a_fuller_text(services: Services) -> None:
    persona = (await ask(services, writer="openai")).persona
    assert persona is not None
    assert "OPENAI_API_KEY" in persona.written_by.fallback


async def test_a_persona_rules_wrote_for_a_failed_model_is_tried_again_after_an_hour(
    with_model: Services, model: OpenAIDouble
) -> None:
    model.usually = Reply(status=500)
    engine = await engine_of(with_model)
    profile = await ask(with_model)
    assert engine.is_fresh(profile)
    assert profile.persona is not None
    earlier = replace(profile.persona, written_at=profile.persona.written_at - timedelta(minutes=61))
    assert not engine.is_fresh(replace(profile, persona=earlier))


async def test_what_the_contact_did_and_other_settings_make_a_persona_stale_sooner_than_what_we_did(
    services: Services,
) -> None:
    profile = await ask(services)
    engine = await engine_of(services)
    fresh = {
        (newer, theirs, stages): engine.is_fresh(
            replace(profile, newer_interactions=newer, newer_from_contact=theirs, newer_stage_changes=stages)
        )
        for newer, theirs, stages in ((30, 0, 0), (31, 0, 0), (2, 2, 0), (3, 3, 0), (2, 2, 1))
    }
    assert fresh == {(30, 0, 0): True, (31, 0, 0): False, (2, 2, 0): True, (3, 3, 0): False, (2, 2, 1): False}
    assert not engine.is_fresh(replace(profile, settings_changed=True))


async def test_names_that_are_not_one_contact(services: Services) -> None:
    engine = await engine_of(services)
    with pytest.raises(AmbiguousContactError, match=r"Anna Kowalski \(Greenlatch Grocers\)"):
        await engine.resolve("Anna Kowalski")
    with pytest.raises(ContactNotFoundError):
        await engine.resolve("zzzz qqqq")


def match(score: float, fit: Fit = Fit.NEAR) -> ContactMatch:
    return ContactMatch(Contact(0, "c", "x"), score, fit)


@pytest.mark.parametrize(
    ("scores", "taken"), [([0.9, 0.7], 1), ([0.9, 0.85], 0), ([0.7], 0), ([0.8], 1), ([0.8, 0.6, 0.75], 0), ([], 0)]
)
def test_a_near_miss_is_taken_only_when_it_stands_out(scores: list[float], taken: int) -> None:
    matches = [match(score) for score in scores]
    assert those_meant(matches) == tuple(matches[:taken])


def test_those_that_hold_every_word_asked_for_are_a_choice_unless_one_is_just_that() -> None:
    whole, near = [match(0.8, Fit.WHOLE), match(0.6, Fit.WHOLE)], match(0.9)
    exact = match(1.0, Fit.EXACT)
    assert those_meant([*whole, near]) == tuple(whole)
    assert those_meant([exact, *whole]) == (exact,)


def test_only_names_about_as_near_as_the_nearest_are_offered() -> None:
    matches = [match(score, Fit.PART) for score in (0.8, 0.7, 0.6, 0.58, 0.57, 0.4)]
    assert [m.score for m in worth_naming(matches)] == [0.8, 0.7, 0.6, 0.58]
    assert worth_naming([]) == ()


def test_a_contact_that_lacks_something_asked_for_is_never_taken_for_the_one_meant() -> None:
    assert those_meant([match(0.95, Fit.PART)]) == ()


async def test_everyone_with_a_claim_has_a_summary_on_the_claims_own_evidence(services: Services) -> None:
    engine, workspace = await engine_of(services), await services.default_workspace()
    known = [one for one in await list_contacts(services.database, workspace) if not one.do_not_profile]
    as_of = datetime.now(UTC)
    personas = [(await engine.ask(one.key, writer="rules", as_of=as_of)).persona for one in known]
    written = [persona for persona in personas if persona and persona.facets]
    assert [one.name for one, p in zip(known, personas, strict=True) if p and p.facets and not p.summary] == []
    assert len(written) > 50


async def test_rules_that_step_in_for_a_failing_model_leave_what_a_model_wrote(
    with_model: Services, model: OpenAIDouble
) -> None:
    first = await ask(with_model)
    model.usually = Reply(status=500)
    again = await ask(with_model, fresh=True)
    assert first.persona is not None
    assert again.persona is not None
    assert (again.persona.version, again.persona.written_by.writer) == (1, "gpt-4o-mini")
    assert again.kept.endswith("So the version that a model wrote stays for now.")
    assert again.confirmed_at is None
    tried = len(await attempts(with_model))
    served = await ask(with_model)  # for an hour it is not tried again
    assert (served.persona, len(await attempts(with_model))) == (again.persona, tried)
