"""The model's tries over the sample CRM: repaired, paid for, kept to a budget, dealt a variant, and recorded."""

import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from bot.wiring import Services
from persona.errors import SettingsError
from persona.model import Facet, Persona, Profile
from persona.preferences import Preferences
from persona.variants import choose_variant
from persona.writers.prices import cost_usd
from storage.database import Database
from storage.tables import customer_personas, persona_generation_history
from storage.workspaces import change_settings
from tests.bot.conftest import settings
from tests.doubles import openai_server as double
from tests.doubles.openai_server import GOOD_KEY, OpenAIDouble, Reply, excerpts_of, good_content

JANE = "jane.doe@northwind.example"
GRAHAM = "graham.sykes@greenlatch.example"
UNGROUNDED = Reply(
    content=json.dumps(
        {"claims": [{"facet": "avoid", "text": "Hates mornings", "quotes": [{"id": "E1", "quote": "I hate mornings"}]}]}
    )
)
GERMAN = Reply(
    content=json.dumps(
        {"claims": [{"facet": "avoid", "text": "Sie möchten nicht, dass wir am Montag vor der Sitzung anrufen"}]}
    )
)


@pytest.fixture
async def model() -> AsyncIterator[OpenAIDouble]:
    async with OpenAIDouble().serve() as server:
        yield server


@pytest.fixture
async def services(sample_url: str, model: OpenAIDouble) -> AsyncIterator[Services]:
    known = settings(openai_api_key=SecretStr(GOOD_KEY), openai_base_url=model.url)
    made = Services(known, await Database.open(sample_url))
    yield made
    await made.close()


async def asked(services: Services, whom: str = JANE) -> Profile:
    """A contact's profile, written anew."""
    engine = services.engine(await services.default_workspace())
    return await engine.ask((await engine.resolve(whom)).key, fresh=True)


async def written(services: Services, whom: str = JANE) -> Persona:
    """A contact's persona, written anew."""
    persona = (await asked(services, whom)).persona
    assert persona is not None
    return persona


async def attempts(services: Services) -> list[tuple[str, str]]:
    """Writer and outcome of every attempt, oldest first."""
    columns = persona_generation_history.c
    query = select(columns.writer, columns.outcome).order_by(columns.id)
    async with services.database.workspace(await services.default_workspace()) as connection:
        return [(row.writer, row.outcome) for row in await connection.execute(query)]


async def prefer(services: Services, **changes: object) -> Preferences:
    workspace = await services.default_workspace()
    async with services.database.workspace(workspace) as connection:
        return await change_settings(connection, workspace, changes)


@pytest.mark.parametrize(
    ("first", "outcome", "told"),
    [
        (double.MALFORMED_CONTENT, "malformed", "malformed"),
        (double.TRUNCATED, "truncated", "truncated"),
        (double.EMPTY_CONTENT, "malformed", "empty"),
        (UNGROUNDED, "ungrounded", "quote_not_found"),
        (GERMAN, "wrong_language", "wrong_language"),
    ],
)
async def test_an_unusable_answer_is_repaired_once_and_both_tries_are_paid_for(
    services: Services, model: OpenAIDouble, first: Reply, outcome: str, told: str
) -> None:
    model.replies.append(first)
    persona = await written(services)
    assert await attempts(services) == [("gpt-4o-mini", outcome), ("gpt-4o-mini", "ok")]
    assert f"could not be used: {told}" in model.requests[1]["messages"][1]["content"]
    assert (persona.written_by.writer, persona.written_by.fallback) == ("gpt-4o-mini", "")
    workspace = await services.default_workspace()
    spent = await services.store(workspace).spent_since(datetime(2000, 1, 1, tzinfo=UTC))
    by = persona.written_by
    assert spent.tokens == by.input_tokens + by.output_tokens
    assert spent.usd == pytest.approx(by.cost_usd)
    assert cost_usd("gpt-4o-mini", input_tokens=by.input_tokens, output_tokens=by.output_tokens) <= 0.001


async def test_what_a_failing_model_took_is_counted_when_rules_write(services: Services, model: OpenAIDouble) -> None:
    model.usually = UNGROUNDED
    persona = await written(services)
    assert await attempts(services) == [("gpt-4o-mini", "ungrounded")] * 2 + [("rules", "ok")]
    assert persona.written_by.writer == "rules"
    assert persona.written_by.cost_usd > 0
    assert "could be traced to a quote" in persona.written_by.fallback


async def test_a_refusal_is_not_asked_again(services: Services, model: OpenAIDouble) -> None:
    model.usually = double.REFUSAL
    await written(services)
    assert await attempts(services) == [("gpt-4o-mini", "refused"), ("rules", "ok")]


@pytest.mark.parametrize("own", [{"daily_tokens": 10}, {"daily_budget_usd": 0.0001}])
async def test_over_the_days_budget_rules_write_and_the_card_says_why_and_until_when(
    services: Services, model: OpenAIDouble, own: dict[str, float]
) -> None:
    assert (await written(services)).written_by.writer == "gpt-4o-mini"
    await prefer(services, **own)
    by = (await written(services, GRAHAM)).written_by
    assert (by.writer, len(model.requests)) == ("rules", 1)
    assert by.fallback.startswith("Today's budget for the language model (")
    assert by.fallback.endswith(", 00:00 (UTC).")
    assert await attempts(services) == [("gpt-4o-mini", "ok"), ("gpt-4o-mini", "over_budget"), ("rules", "ok")]
    kept = await asked(services)
    assert kept.persona
    assert kept.persona.written_by.writer == "gpt-4o-mini"
    assert kept.kept == by.fallback + " So the version that a model wrote stays for now."
    await prefer(services, daily_tokens=None, daily_budget_usd=None)
    assert (await written(services, GRAHAM)).written_by.writer == "gpt-4o-mini"


async def test_an_outage_costs_three_calls_and_then_nothing(services: Services, model: OpenAIDouble) -> None:
    model.usually = double.UNAUTHORIZED
    model.replies.extend([double.busy("600")])
    fallbacks = [(await written(services)).written_by.fallback for _ in range(3)]
    assert len(model.requests) == 1
    assert "rate limit" in fallbacks[0]
    assert all("rules wrote this at once" in fallback for fallback in fallbacks[1:])


async def test_a_contacts_variant_is_recorded_with_persona_and_attempt(services: Services, model: OpenAIDouble) -> None:
    preferences = await prefer(services, variants={"motives": 1})
    persona = await written(services)
    assert choose_variant(preferences, "jane-doe") == persona.written_by.variant == "motives"
    assert "First ask of each excerpt" in model.requests[0]["messages"][0]["content"]
    async with services.database.workspace(await services.default_workspace()) as connection:
        stored = await connection.scalar(select(customer_personas.c.variant))
        tried = await connection.scalar(select(persona_generation_history.c.variant))
    assert (stored, tried) == ("motives", "motives")


async def test_the_workspaces_language_is_the_models(services: Services, model: OpenAIDouble) -> None:
    await prefer(services, language="es")
    await written(services)
    assert "Texts are in Spanish." in model.requests[0]["messages"][0]["content"]


async def test_settings_that_cant_be_used_are_refused_and_not_kept(services: Services) -> None:
    with pytest.raises(SettingsError, match="variants"):
        await prefer(services, variants={"motives": -1})
    assert (await prefer(services)).variants == {"default": 1.0}


async def test_a_claim_beyond_its_quote_reaches_nobody_but_its_quote_does(
    services: Services, model: OpenAIDouble
) -> None:
    await written(services)
    asked = model.requests[0]
    excerpt, question = next(
        (excerpt, sentence)
        for excerpt in excerpts_of(asked)
        for sentence in re.findall(r"What happens[^.?!]*[?]", excerpt["text"])
    )
    lie = {"text": "Will sue over 4711 lost pallets", "quotes": [{"id": excerpt["id"], "quote": question}]}
    claims = [*json.loads(good_content(asked))["claims"], {"facet": "likely_objections", **lie}]
    model.usually = Reply(content=json.dumps({"claims": claims}))
    persona = await written(services)
    told = [c.text for c in persona.facets[Facet.LIKELY_OBJECTIONS] if question in {e.quote for e in c.evidence}]
    assert ("4711" in str(persona), len(told)) == (False, 1)
    assert question.rstrip("?") in told[0]
