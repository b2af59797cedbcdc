"""A worker takes jobs up at once and loses none: not by a cut connection, not by a stop, not by its own death."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import psycopg
import pytest
from procrastinate import App
from sqlalchemy import text

from blocks.card import Card
from bot.chores import Chores, register_chores
from bot.ladder import Render, just
from bot.metrics import Metrics
from bot.posting import Reply
from bot.promises import MAX_ATTEMPTS, OUTAGE_ATTEMPTS, Promises, register_promises
from bot.queue import build_queue
from bot.stalled import SILENT_S, TAKEN_UP_WITHIN_S, StalledJobs
from bot.working import work
from storage.database import Database
from tests.bot.conftest import poster_to
from tests.doubles.slack_server import SlackDouble

WITHIN_S = 20
_CUT = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""


@pytest.fixture
async def database(sample_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(sample_url)
    yield opened
    await opened.close()


@pytest.fixture
async def queue(database: Database) -> AsyncIterator[App]:
    queue = build_queue(database.conninfo)
    async with queue.open_async():
        yield queue


@asynccontextmanager
async def working(queue: App, database: Database) -> AsyncIterator[None]:
    """A worker, told to end when the block does."""
    running = asyncio.ensure_future(work(queue, database, Metrics()))
    yield
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def rows(database: Database, query: str) -> list[tuple[Any, ...]]:
    async with database.directory() as connection:
        return [tuple(row) for row in await connection.exec_driver_sql(query)]


async def until(database: Database, query: str, wanted: list[tuple[Any, ...]]) -> None:
    """Until the database says so; fails with what it says instead."""
    found: list[tuple[Any, ...]] = []
    for _ in range(WITHIN_S * 20):
        found = await rows(database, query)
        if found == wanted:
            return
        await asyncio.sleep(0.05)
    assert found == wanted


async def test_a_job_that_fails_while_another_of_its_key_waits_is_tried_again_and_both_end(
    queue: App, database: Database
) -> None:
    begun, tries = asyncio.Event(), list[str]()
    second_waits = asyncio.Event()

    async def tidy(*, workspace_id: int, what: str) -> None:
        tries.append(what)
        begun.set()
        await second_waits.wait()
        if len(tries) == 1:
            raise asyncio.CancelledError  # tried again at once

    register_chores(queue, {"tidy": tidy})
    chores = Chores(queue, database)
    async with working(queue, database):
        await chores.make("tidy", key="a", workspace_id=1, what="first")
        await begun.wait()
        stored = await chores.make("tidy", key="a", workspace_id=1, what="second")
        second_waits.set()
        await until(database, "SELECT status FROM procrastinate_jobs", [])
    assert (stored, tries) == (True, ["first", "first", "second"])


@pytest.mark.parametrize("queues", [["bulk"], ["bulk", "interactive"], None])
async def test_jobs_come_when_due_by_priority_then_age_and_one_of_a_lock_at_a_time(
    queue: App, database: Database, queues: list[str] | None
) -> None:
    for name, priority, lock, in_s in [
        ("a", 0, "x", 0),
        ("b", 0, "x", 0),
        ("c", 5, None, 0),
        ("later", 9, None, 3_600),
        ("came", 0, None, -60),
        ("d", 0, "y", 0),
    ]:
        scheduled = {"seconds": in_s} if in_s else None
        job = queue.configure_task(name, queue="bulk", priority=priority, lock=lock, schedule_in=scheduled)
        await job.defer_async()
    worker_id = await queue.job_manager.register_worker()
    taken = [await queue.job_manager.fetch_job(queues=queues, worker_id=worker_id) for _ in range(5)]
    assert [job and job.task_name for job in taken] == ["c", "a", "came", "d", None]


async def test_a_job_whose_worker_is_silent_is_another_s_after_two_looks(queue: App, database: Database) -> None:
    done = []

    async def tidy(*, workspace_id: int) -> None:
        done.append(workspace_id)

    register_chores(queue, {"tidy": tidy})
    await Chores(queue, database).make("tidy", key="a", workspace_id=1)
    await taken_by_one_who_died(queue, database)
    clock = StalledJobs(database)
    looks = [await clock.give_back(), await clock.give_back()]
    async with working(queue, database):
        await until(database, "SELECT status FROM procrastinate_jobs", [])
    assert (looks, done) == ([0, 1], [1])


async def test_a_job_of_a_worker_that_was_silent_and_speaks_again_is_left_to_it(queue: App, database: Database) -> None:
    await Chores(queue, database).make("tidy", key="a", workspace_id=1)
    await taken_by_one_who_died(queue, database)
    clock = StalledJobs(database)
    before = await clock.give_back()
    await rows(database, "UPDATE procrastinate_workers SET last_heartbeat = now() RETURNING id")
    assert [before, await clock.give_back(), await clock.give_back()] == [0, 0, 0]


async def test_two_clocks_give_a_job_back_once(queue: App, database: Database) -> None:
    await Chores(queue, database).make("tidy", key="a", workspace_id=1)
    await taken_by_one_who_died(queue, database)
    clocks = [StalledJobs(database), StalledJobs(database)]
    await asyncio.gather(*(clock.give_back() for clock in clocks))
    assert sum(await asyncio.gather(*(clock.give_back() for clock in clocks))) == 1


def test_a_dead_worker_s_job_is_taken_up_within_forty_seconds() -> None:
    assert TAKEN_UP_WITHIN_S < 40


async def test_who_waits_for_a_job_that_kills_its_workers_is_told_once(
    queue: App, database: Database, slack: SlackDouble
) -> None:
    tried = []

    async def task(*, reply: Reply) -> Render:
        tried.append(reply)
        return just(Card("done", []))

    register_promises(queue, {"try": task}, poster=poster_to(slack))
    url, clock = slack.new_response_url(), StalledJobs(database)
    await Promises(queue, database).make("try", Reply(1, "U1", response_url=url))
    for _ in range(OUTAGE_ATTEMPTS):
        await taken_by_one_who_died(queue, database)
        await clock.give_back()
        await clock.give_back()
    async with working(queue, database):
        failed = "SELECT j.status::text, e.error FROM procrastinate_jobs j LEFT JOIN job_errors e ON e.job_id = j.id"
        await until(database, failed, [("failed", "NeverEndsError")])
    told = [post["text"] for post in slack.posts_to(url)]
    assert ([text.split(".")[0] for text in told], tried) == (["This was tried several times and never finished"], [])


async def test_a_worker_goes_on_after_every_connection_was_cut(queue: App, database: Database, sample_url: str) -> None:
    done = []

    async def tidy(*, workspace_id: int) -> None:
        done.append(workspace_id)

    register_chores(queue, {"tidy": tidy})
    async with working(queue, database):
        await Chores(queue, database).make("tidy", key="a", workspace_id=1)
        await until(database, "SELECT status FROM procrastinate_jobs", [])
        with psycopg.connect(sample_url, autocommit=True) as connection:
            connection.execute(_CUT)
        await Chores(queue, database).make("tidy", key="b", workspace_id=2)
        await until(database, "SELECT status FROM procrastinate_jobs", [])
    assert done == [1, 2]


async def test_what_is_under_way_when_the_worker_is_told_to_end_is_finished(queue: App, database: Database) -> None:
    begun, may_end, done = asyncio.Event(), asyncio.Event(), list[int]()

    async def tidy(*, workspace_id: int) -> None:
        begun.set()
        await may_end.wait()
        done.append(workspace_id)

    register_chores(queue, {"tidy": tidy})
    await Chores(queue, database).make("tidy", key="a", workspace_id=1)
    running = asyncio.ensure_future(work(queue, database, Metrics()))
    await begun.wait()
    running.cancel()
    asyncio.get_running_loop().call_later(0.3, may_end.set)
    with suppress(asyncio.CancelledError):
        await running
    assert (done, await rows(database, "SELECT status FROM procrastinate_jobs")) == ([1], [])


@pytest.mark.parametrize("name", ["bulk", "interactive"])
async def test_what_takes_longer_than_it_may_goes_back_to_its_queue_at_once_and_tells_nobody(
    queue: App, database: Database, slack: SlackDouble, name: str
) -> None:
    begun = asyncio.Event()

    async def endless(**_: object) -> None:
        begun.set()
        await asyncio.Event().wait()

    url = slack.new_response_url()
    if name == "bulk":
        register_chores(queue, {"endless": endless})
        await Chores(queue, database).make("endless", key="a", workspace_id=1)
    else:
        register_promises(queue, {"endless": endless}, poster=poster_to(slack))
        await Promises(queue, database).make("endless", Reply(1, "U1", response_url=url))
        last = text("UPDATE procrastinate_jobs SET attempts = :attempts")
        async with database.directory() as connection:
            await connection.execute(last, {"attempts": MAX_ATTEMPTS - 1})
    running = asyncio.ensure_future(work(queue, database, Metrics(), grace_s=0.1))
    await begun.wait()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    waiting = "SELECT status::text, scheduled_at <= clock_timestamp() FROM procrastinate_jobs"
    assert (await rows(database, waiting), slack.posts_to(url)) == ([("todo", True)], [])


async def taken_by_one_who_died(queue: App, database: Database) -> None:
    """A worker takes the job that waits, and is not heard of again."""
    worker_id = await queue.job_manager.register_worker()
    assert await queue.job_manager.fetch_job(queues=None, worker_id=worker_id)
    silent = "UPDATE procrastinate_workers SET last_heartbeat = now() - make_interval(secs => :silent)"
    async with database.directory() as connection:
        await connection.execute(text(silent), {"silent": SILENT_S + 1})
