"""OpenAI's Batch API, spoken over real HTTP with a double that keeps its limits and states."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from persona.batches import BatchEnd, BatchLine, BatchState
from persona.errors import BatchesMissingError, ModelError, ModelKeyError, ModelUnreachableError
from persona.writers.completion import Completion
from persona.writers.openai_batches import OpenAIBatches
from persona.writers.openai_writer import build_client
from tests.doubles.openai_server import GOOD_KEY, OpenAIDouble

NOW = datetime.now(UTC)


def line(name: str, model: str = "gpt-4o-mini") -> BatchLine:
    return BatchLine(name, {"model": model, "messages": [{"role": "user", "content": f"Grüße von {name}"}]})


@pytest.fixture
async def double() -> AsyncIterator[OpenAIDouble]:
    async with OpenAIDouble().serve() as made:
        yield made


async def speak(url: str, key: str = GOOD_KEY) -> AsyncIterator[OpenAIBatches]:
    client = build_client(api_key=key, base_url=url, timeout_s=5)
    yield OpenAIBatches(client, clock=lambda: NOW)
    await client.close()


@pytest.fixture
async def server(double: OpenAIDouble) -> AsyncIterator[OpenAIBatches]:
    async for made in speak(double.url):
        yield made


async def ended(server: OpenAIBatches, batch_id: str) -> BatchState:
    for _ in range(9):
        state = await server.look(batch_id)
        if state.end is not BatchEnd.RUNNING:
            return state
    raise AssertionError(state)


async def test_what_is_uploaded_and_started_is_answered_name_by_name_and_deleted(
    server: OpenAIBatches, double: OpenAIDouble
) -> None:
    file_id = await server.upload("t1", [line("a"), line("b"), line("c")])
    double.batched.unanswered = {"b"}
    state = await ended(server, await server.start("t1", file_id))
    answers = [await server.answers(name) for name in state.files]
    assert [list(found) for found in answers] == [["a", "c"], []]
    assert Completion.model_validate_json(answers[0]["a"]).text == "ok"
    assert double.batched.files[file_id].lines[0]["body"]["messages"][0]["content"] == "Grüße von a"
    for name in (file_id, *state.files, "file_99"):
        await server.delete(name)
    assert (double.batched.files, await server.answers(file_id)) == ({}, {})


async def test_what_was_sent_is_found_by_its_title_whatever_else_there_is(
    server: OpenAIBatches, double: OpenAIDouble
) -> None:
    file_id = await server.upload("t1", [line("a")])
    batch_id = await server.start("t1", file_id)
    for n in range(101):
        await server.start(f"other{n}", await server.upload(f"other{n}", [line("a")]))
    found = [await server.find_file("t1", since=NOW), await server.find("t1", since=NOW)]
    never = [await server.find_file("t2", since=NOW), await server.find("t2", since=NOW)]
    later = NOW + timedelta(hours=2)
    too_old = [await server.find_file("t1", since=later), await server.find("t1", since=later)]
    assert (found, never, too_old) == ([file_id, batch_id], [None, None], [None, None])
    assert len(double.batched.batches) == 102


@pytest.mark.parametrize(
    ("way", "end", "answered"),
    [
        (("completed", ""), BatchEnd.ENDED, ["a", "b"]),
        (("expired", ""), BatchEnd.ENDED, ["a"]),
        (("failed", "invalid_request"), BatchEnd.FAILED, []),
        (("failed", "token_limit_exceeded"), BatchEnd.CROWDED, []),
    ],
)
async def test_a_batch_ends_in_its_own_way(
    server: OpenAIBatches, double: OpenAIDouble, way: tuple[str, str], end: BatchEnd, answered: list[str]
) -> None:
    double.batched.ends_as, double.batched.failed_code = way
    state = await ended(server, await server.start("t1", await server.upload("t1", [line("a"), line("b")])))
    found = [name for file in state.files for name in await server.answers(file)]
    assert (state.end, found, double.batched.paid) == (end, answered, answered)


async def test_a_cancelled_batch_keeps_what_it_has_answered_and_one_that_ended_stays(
    server: OpenAIBatches, double: OpenAIDouble
) -> None:
    batch_id = await server.start("t1", await server.upload("t1", [line("a"), line("b")]))
    await server.cancel(batch_id)
    state = await ended(server, batch_id)
    await server.cancel(batch_id)
    await server.cancel("batch_99")
    assert (state.end, double.batched.batches[batch_id].status, double.batched.paid) == (
        BatchEnd.ENDED,
        "cancelled",
        ["a"],
    )


@pytest.mark.parametrize("lines", [[], [line("a"), line("a")], [line("a"), line("b", "gpt-5-mini")]])
async def test_the_double_refuses_what_openai_refuses(server: OpenAIBatches, lines: list[BatchLine]) -> None:
    state = await ended(server, await server.start("t1", await server.upload("t1", lines)))
    assert state == BatchState(state.batch_id, BatchEnd.FAILED)


async def test_a_batch_nobody_knows_has_failed(server: OpenAIBatches) -> None:
    assert await server.look("batch_99") == BatchState("batch_99", BatchEnd.FAILED)


async def test_a_server_without_batches_says_so(server: OpenAIBatches, double: OpenAIDouble) -> None:
    double.batched.absent = True
    for calling in (server.upload("t", []), server.find_file("t", since=NOW), server.start("t", "f")):
        with pytest.raises(BatchesMissingError):
            await calling


async def test_a_wrong_key_and_a_server_that_fails_are_the_model_s_errors(double: OpenAIDouble) -> None:
    faults: list[type[ModelError]] = []
    double.batched.lost_answers = {"file"}
    for key in ("sk-wrong", GOOD_KEY):
        async for server in speak(double.url, key):
            with pytest.raises(ModelError) as raised:
                await server.upload("t", [])
            faults.append(raised.type)
    assert faults == [ModelKeyError, ModelUnreachableError]
