"""The long troubles, one by one: a model that is out for an hour, a disk without room."""

import asyncio
import logging
import random
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import httpx
import psycopg
import pytest

from tests.chaos.crowd import Crowd
from tests.chaos.fleet import Front
from tests.chaos.people import address
from tests.chaos.run import drained, fill, scalar, staged
from tests.chaos.server import Server, made_server
from tests.chaos.troubles import Stage
from tests.doubles.faults import Fault
from tests.doubles.slack_person import Person

PEOPLE, CROWD = 3, 40
_NO_ROOM = "The database has no disk space left, so this could not be done. Nothing was lost;"
_PATIENCE_S = 90
_TRIES = 8
_BY_RULES = """
    SELECT count(*) FROM contacts c JOIN LATERAL (
        SELECT fell_back FROM customer_personas p WHERE p.workspace_id = c.workspace_id AND p.contact_id = c.id
        ORDER BY version DESC LIMIT 1) newest ON newest.fell_back"""
_TO_WRITE = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND task_name = 'refresh_contact'"
# What the processes know of time past is in the database; all of it is an hour older than before.
_AN_HOUR_PASSES = """
    UPDATE customer_personas SET written_at = written_at - interval '61 min', failed_at = failed_at - interval '61 min';
    UPDATE workspaces SET created_at = created_at - interval '61 min';
    UPDATE periods SET due_at = due_at - interval '61 min';
    UPDATE procrastinate_jobs SET scheduled_at = scheduled_at - interval '61 min' WHERE status = 'todo'"""


@asynccontextmanager
async def fleet(server: Server, logs: Path) -> AsyncIterator[tuple[Stage, Front]]:
    """One web, one worker and one clock process, and the way to them."""
    await asyncio.to_thread(fill, server, CROWD)
    dice = random.Random(1)
    async with staged(server, dice, logs, {"web": 1, "worker": 1, "clock": 1}) as stage:
        front = Front(stage.fleet, dice)
        yield stage, front
        await front.close()


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)  # what fails is made to


async def until(server: Server, query: str, number: int) -> None:
    ends = time.monotonic() + _PATIENCE_S
    while (found := await asyncio.to_thread(scalar, server, query)) != number:
        assert time.monotonic() < ends, f"{found} instead of {number}: {query}"
        await asyncio.sleep(0.3)


def an_hour_passes(stage: Stage) -> None:
    """And the processes were started anew in it: the clock looks at once, the worker knows of no model that is out."""
    with psycopg.connect(stage.server.owner_url, autocommit=True) as connection:
        connection.execute(_AN_HOUR_PASSES)
    for role in ("worker", "clock"):
        stage.fleet.hit(role, signal.SIGKILL, stage.dice)


def shared(person: Person) -> list[str]:
    """Who wrote the cards that stand in the channel, in the words below them."""
    posts = [m for m in person.room().messages.values() if m.get("user") == "UBOT" and "thread_ts" not in m]
    return [writer for post in posts for writer in ("by rules", "by gpt-4o-mini") if f"Written {writer}" in str(post)]


async def test_what_rules_wrote_while_the_model_was_out_it_writes_an_hour_later(tmp_path: Path) -> None:
    with made_server() as server:
        async with fleet(server, tmp_path) as (stage, front):
            person = Person(stage.slack, cast(httpx.AsyncClient, front), "U1", here="C1")
            stage.slack.web.channel("C1").members.add("U1")
            stage.model.faults.on(Fault.BROKEN)
            for number in range(PEOPLE):
                await person.command(address(number))
            await drained(server, _PATIENCE_S)
            assert scalar(server, _BY_RULES) == PEOPLE
            await person.press("Share…")
            await person.submit()
            await drained(server, _PATIENCE_S)
            assert shared(person) == ["by rules"]

            stage.model.faults.off()
            stage.model.requests.clear()
            an_hour_passes(stage)
            await until(server, _TO_WRITE, PEOPLE - 1)  # they are spread over some minutes
            an_hour_passes(stage)
            await until(server, _BY_RULES, 0)
            await drained(server, _PATIENCE_S)
            assert (shared(person), len([r for r in stage.model.requests if "messages" in r])) == (
                ["by gpt-4o-mini"],
                PEOPLE,
            )


async def test_a_disk_without_room_is_told_and_what_was_taken_is_done_when_there_is_room(tmp_path: Path) -> None:
    with made_server() as server:
        if not server.small_disk:
            pytest.skip("a disk of its own needs root")
        async with fleet(server, tmp_path) as (stage, front):
            crowd = Crowd(stage.slack, front, CROWD, stage.dice)
            await asyncio.gather(*(crowd.act() for _ in range(12)))
            await drained(server, _PATIENCE_S)
            for _ in range(_TRIES):
                await asyncio.to_thread(server.fill_disk)
                await asyncio.gather(*(crowd.act() for _ in range(6)))
                if told := any(words.startswith(_NO_ROOM) for words in crowd.ledger.verdict().words):
                    break
            await asyncio.to_thread(server.mend)
            _, left = await drained(server, _PATIENCE_S)
            found = crowd.ledger.verdict()
            assert (told, found.lost, found.doubled, left) == (True, [], [], 0)
