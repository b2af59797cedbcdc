"""Questions answered with a language model's double: only what survives the evidence check is said."""

import json
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bot.wiring import Services
from persona.answers import Answer
from storage.database import Database
from tests.bot.conftest import settings
from tests.doubles import openai_server as double
from tests.doubles.openai_server import GOOD_KEY, OpenAIDouble, Reply, data_of, excerpts_of

PRICE = "What worries Jane about price?"
TWO = "So I want two things before I look at what it costs."
DOUBLING = "Marcus wants to know what year two costs if Pinehurst doubles."


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


async def answered(services: Services, question: str) -> Answer:
    """The answer about Jane, whose persona the rules wrote."""
    engine = services.engine(await services.default_workspace())
    key = (await engine.resolve("jane.doe@northwind.example")).key
    await engine.ask(key, writer="rules")
    return await engine.reply(key, question)


def claims(*said: tuple[str, str]) -> Reply:
    """A reply of these sentences, each with its quote."""

    def content(asked: double.Request) -> str:
        ids = {text: one["id"] for one in excerpts_of(asked) for _, text in said if text[:40] in one["text"]}
        told = [
            {"facet": "likely_objections", "text": text, "quotes": [{"id": ids.get(quote, "E1"), "quote": quote}]}
            for text, quote in said
        ]
        return json.dumps({"claims": told})

    return Reply(content=content)


async def test_a_sentence_that_its_quote_supports_is_said_and_one_made_up_is_not(
    services: Services, model: OpenAIDouble
) -> None:
    model.replies = [
        claims(("Wants two things before looking at what it costs", TWO), ("Hates mornings", "I hate mornings"))
    ]
    answer = await answered(services, PRICE)
    assert [(one.text, one.evidence[0].quote) for one in answer.said] == [
        ("Wants two things before looking at what it costs", TWO)
    ]
    assert answer.written_by == "gpt-4o-mini"


async def test_the_question_and_the_excerpts_go_fenced_and_the_persona_is_not_asked_for(
    services: Services, model: OpenAIDouble
) -> None:
    await answered(services, PRICE)
    [asked] = model.requests
    system, sent = asked["messages"][0]["content"], data_of(asked)
    assert (sent["question"], PRICE in system, "rep's question" in system) == (PRICE, False, True)
    assert 1 <= len(sent["excerpts"]) <= 20


@pytest.mark.parametrize(
    "reply", [double.SERVER_ERROR, double.MALFORMED_CONTENT, double.REFUSAL, Reply(content='{"claims":[]}')]
)
async def test_a_model_that_fails_or_abstains_leaves_the_answer_to_the_rules(
    services: Services, model: OpenAIDouble, reply: Reply
) -> None:
    model.usually = reply
    answer = await answered(services, PRICE)
    assert (answer.written_by, DOUBLING in [e.quote for e in answer.evidence]) == ("rules", True)


async def test_nothing_is_asked_of_the_model_when_nothing_on_record_speaks_of_it(
    services: Services, model: OpenAIDouble
) -> None:
    answer = await answered(services, "Does Jane like cats?")
    assert (answer.said, model.requests) == ((), [])
