"""A chore is done once a key, tried again when it fails, and kept as a dead letter when it always does."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from procrastinate import App

from bot.chores import QUEUE, Chores, register_chores
from bot.queue import build_queue
from storage.database import Database

_ENOUGH_TRIES = 8


@pytest.fixture
async def queue(database: Database) -> AsyncIterator[App]:
    queue = build_queue(database.conninfo)
    async with queue.open_async():
        yield queue


async def work(queue: App) -> None:
    """Works as though the waiting between tries were over, until nothing is to be done."""
    for _ in range(_ENOUGH_TRIES):
        await queue.run_worker_async(queues=[QUEUE], wait=False, install_signal_handlers=False)
        async with queue.connector.pool.connection() as connection:  # type: ignore[attr-defined]
            await connection.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")


async def test_a_chore_of_one_key_waits_once_and_is_done_with_its_arguments(queue: App, database: Database) -> None:
    done: list[dict[str, Any]] = []

    async def tidy(**arguments: Any) -> None:
        done.append(arguments)

    chores = Chores(queue, database)
    register_chores(queue, {"tidy": tidy})
    stored = [await chores.make("tidy", key="a", workspace_id=1, what=what) for what in ("first", "second")]
    await work(queue)
    stored.append(await chores.make("tidy", key="a", workspace_id=1, what="third"))
    assert (stored, done) == ([True, False, True], [{"workspace_id": 1, "what": "first"}])


async def test_a_chore_that_fails_is_tried_six_times_and_then_kept(queue: App, database: Database) -> None:
    tries: list[int] = []

    async def tidy(*, workspace_id: int) -> None:
        tries.append(workspace_id)
        raise RuntimeError

    register_chores(queue, {"tidy": tidy})
    await Chores(queue, database).make("tidy", key="a", workspace_id=7)
    await work(queue)
    kept = await queue.job_manager.list_jobs_async(status="failed")
    assert (tries, [job.task_name for job in kept]) == ([7] * 6, ["tidy"])
