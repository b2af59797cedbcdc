"""A failing server is left alone, a busy one isn't crowded: over real HTTP, on a clock of the test's own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest

from persona.errors import (
    ModelCrowdedError,
    ModelError,
    ModelKeyError,
    ModelPausedError,
)
from persona.writers.backoff import RetryPolicy
from persona.writers.guarded_writer import GuardedWriter, Limits
from persona.writers.openai_writer import OpenAIWriter, build_client
from tests.doubles import openai_server as double
from tests.doubles.openai_server import GOOD_KEY, OpenAIDouble, Reply
from tests.persona.test_openai_writer import BRIEF, NOW, around


class Watch:
    """A clock that goes when told to."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def go(self, **time: float) -> None:
        self.now += timedelta(**time)


@asynccontextmanager
async def guarded(
    *replies: Reply, usually: Reply = double.GOOD, limits: Limits | None = None, timeout_s: float = 5.0
) -> AsyncIterator[tuple[GuardedWriter, OpenAIDouble, Watch]]:
    """A guarded writer that tries each call once, its server and its clock."""
    watch = Watch()
    async with (
        OpenAIDouble(*replies, usually=usually).serve() as server,
        build_client(api_key=GOOD_KEY, base_url=server.url, timeout_s=timeout_s) as client,
    ):
        writer = OpenAIWriter(
            client, model="gpt-4o-mini", timeout_s=timeout_s, policy=RetryPolicy(attempts=1), surroundings=around()
        )
        yield GuardedWriter(writer, clock=watch, limits=limits), server, watch


async def outcomes(writer: GuardedWriter, *, times: int) -> list[str]:
    """What comes of so many calls, one after the other."""
    found = []
    for _ in range(times):
        try:
            await writer.write(BRIEF)
            found.append("ok")
        except ModelError as error:
            found.append(error.outcome)
    return found


async def test_after_three_failures_the_server_is_left_alone_and_the_reason_says_until_when() -> None:
    async with guarded(usually=double.SERVER_ERROR) as (writer, server, _):
        assert await outcomes(writer, times=5) == ["unreachable"] * 3 + ["paused"] * 2
        with pytest.raises(ModelPausedError, match="tried again after 12:00 UTC"):
            await writer.write(BRIEF)
        assert len(server.requests) == 3


async def test_after_the_pause_one_call_tries_and_a_good_answer_closes_it() -> None:
    async with guarded(*[double.SERVER_ERROR] * 3) as (writer, server, watch):
        await outcomes(writer, times=3)
        watch.go(seconds=31)
        slow = Reply(delay_s=0.2)
        server.replies.append(slow)
        first, second = await asyncio.gather(outcomes(writer, times=1), outcomes(writer, times=1))
        assert sorted(first + second) == ["ok", "paused"]
        assert await outcomes(writer, times=2) == ["ok", "ok"]


async def test_a_day_long_outage_costs_the_server_a_call_every_quarter_of_an_hour() -> None:
    async with guarded(usually=double.SERVER_ERROR) as (writer, server, watch):
        seen: list[str] = []
        for _ in range(24 * 60):
            seen += await outcomes(writer, times=1)
            watch.go(minutes=1)
        assert set(seen) == {"unreachable", "paused"}
        assert len(server.requests) == seen.count("unreachable") < 110


async def test_a_server_that_asks_for_a_long_wait_gets_it_at_once() -> None:
    async with guarded(double.busy("120")) as (writer, server, watch):
        assert await outcomes(writer, times=2) == ["rate_limited", "paused"]
        watch.go(seconds=119)
        assert await outcomes(writer, times=1) == ["paused"]
        watch.go(seconds=2)
        assert await outcomes(writer, times=1) == ["ok"]
        assert len(server.requests) == 2


@pytest.mark.parametrize("answer", [double.UNAUTHORIZED, double.REFUSAL, double.MALFORMED_CONTENT, Reply(status=400)])
async def test_an_answer_however_bad_is_no_failure_of_the_server(answer: Reply) -> None:
    async with guarded(usually=answer) as (writer, server, _):
        assert "paused" not in await outcomes(writer, times=6)
        assert len(server.requests) == 6


async def test_failures_count_only_in_a_row() -> None:
    mixed = [double.SERVER_ERROR, double.SERVER_ERROR, double.GOOD] * 2
    async with guarded(*mixed) as (writer, _, _):
        assert await outcomes(writer, times=6) == ["unreachable", "unreachable", "ok"] * 2


async def test_a_cancelled_trial_doesnt_keep_the_server_paused_for_ever() -> None:
    async with guarded(*[double.SERVER_ERROR] * 3, Reply(delay_s=30)) as (writer, server, watch):
        await outcomes(writer, times=3)
        watch.go(seconds=31)
        trial = asyncio.create_task(writer.write(BRIEF))
        while len(server.requests) < 4:
            await asyncio.sleep(0.01)
        trial.cancel()
        with pytest.raises(asyncio.CancelledError):
            await trial
        assert await outcomes(writer, times=1) == ["ok"]


async def test_only_so_many_calls_run_at_once_and_who_waits_too_long_is_told() -> None:
    limits = Limits(at_once=2, wait_s=0.1)
    async with guarded(usually=Reply(delay_s=0.5), limits=limits) as (writer, server, _):
        calls = [asyncio.create_task(writer.write(BRIEF)) for _ in range(4)]
        ended = await asyncio.gather(*calls, return_exceptions=True)
        assert [type(end) for end in ended if isinstance(end, Exception)] == [ModelCrowdedError] * 2
        assert len(server.requests) == 2


async def test_a_wrong_key_still_says_what_to_do() -> None:
    async with guarded(usually=double.UNAUTHORIZED) as (writer, _, _):
        await outcomes(writer, times=5)
        with pytest.raises(ModelKeyError, match="OPENAI_API_KEY"):
            await writer.write(BRIEF)
