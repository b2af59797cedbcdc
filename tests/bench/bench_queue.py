"""How soon a worker takes up what a person waits for: idle, beside 10,000 bulk jobs, and while its listening is cut.

Beside it a bare worker of the same library, its schema and defaults untouched, in the same run; and how many jobs a
second each drains. `python -m tests.bench.bench_queue`
"""

import asyncio
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import procrastinate
import psycopg
from procrastinate.schema import SchemaManager
from rich.console import Console
from rich.table import Table
from slack_sdk.web.async_client import AsyncWebClient

from bot.chores import register_chores
from bot.metrics import Metrics
from bot.posting import Poster, Reply
from bot.promises import INTERACTIVE, register_promises
from bot.queue import build_queue
from bot.slack_calls import SlackCalls
from bot.working import work
from storage.database import Database
from storage.embedded import EmbeddedServer
from storage.migrations.prerequisites import APP_ROLE
from storage.schema import migrate

BULK, PER_SECOND, SECONDS, TARGET_P95_MS = 10_000, 30, 10.0, 250.0
_CUT_EVERY_S: Final = 0.7
_WAITING: Final = """
    INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args)
    SELECT 'bulk', 'count', 'k' || i, 'k' || i, '{"workspace_id": 1}' FROM generate_series(1, %s) i"""
_ONE: Final = """
    INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args) VALUES ('interactive', 'mark', %s, %s)"""
_CUT: Final = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND pid <> pg_backend_pid()"""


def mark(made_at: float) -> None:
    """Tells the parent how long the job waited."""
    print(f"{time.time() - made_at:.6f}", flush=True)


async def ours(url: str) -> None:
    """Our worker."""
    database = await Database.open(url)
    queue = build_queue(database.conninfo)

    async def token(_: int) -> str:
        return ""

    async def marked(*, reply: Reply, made_at: float) -> None:
        mark(made_at)

    async def count(*, workspace_id: int) -> None:
        """Nothing is cheaper: what is measured is the queue."""

    register_promises(queue, {"mark": marked}, poster=Poster(SlackCalls(AsyncWebClient(), token, Metrics())))
    register_chores(queue, {"count": count})
    async with queue.open_async():
        await work(queue, database, Metrics())


async def bare(url: str) -> None:
    """The library's worker as its documentation runs it, with as many jobs at once as ours."""
    queue = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=url))

    @queue.task(name="mark")
    async def marked(*, reply: dict[str, Any], made_at: float) -> None:
        mark(made_at)

    @queue.task(name="count")
    async def count(*, workspace_id: int) -> None:
        """As ours."""

    async with queue.open_async():
        await queue.run_worker_async(concurrency=18, delete_jobs="successful")


@contextmanager
def worker(kind: str, url: str) -> Iterator["subprocess.Popen[str]"]:
    """A worker process, warmed up by one job."""
    command = [sys.executable, "-m", "tests.bench.bench_queue", kind, url]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            make_one(connection)
        assert process.stdout is not None
        process.stdout.readline()
        yield process
    finally:
        process.terminate()
        process.wait(40)


def make_one(connection: psycopg.Connection[Any]) -> None:
    """What a person waits for."""
    arguments = {"reply": Reply(1, "U1").arguments(), "made_at": time.time()}
    connection.execute(_ONE, [INTERACTIVE, json.dumps(arguments)])


def pick_up(url: str, process: "subprocess.Popen[str]", *, cut: bool = False) -> list[float]:
    """Makes jobs at random moments; the milliseconds each waited."""
    dice, made, last_cut = random.Random(7), 0, 0.0
    with psycopg.connect(url, autocommit=True) as connection:
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            time.sleep(dice.expovariate(PER_SECOND))
            if cut and time.monotonic() - last_cut > _CUT_EVERY_S:
                connection.execute(_CUT)
                last_cut = time.monotonic()
            make_one(connection)
            made += 1
    assert process.stdout is not None
    return sorted(float(process.stdout.readline()) * 1000 for _ in range(made))


def drained_at(url: str, *, bulk: int) -> float:
    """Jobs a second until none of `bulk` waits."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_WAITING, [bulk])
        started = time.monotonic()
        left = bulk
        while left and time.monotonic() - started < 60:
            time.sleep(0.1)
            row = connection.execute("SELECT count(*) FROM procrastinate_jobs WHERE queue_name = 'bulk'").fetchone()
            left = row[0] if row else 0
    return (bulk - left) / (time.monotonic() - started)


def measure(kind: str, url: str) -> list[tuple[str, list[float] | float]]:
    """Every figure of one kind of worker."""
    with worker(kind, url) as process:
        found: list[tuple[str, list[float] | float]] = [
            ("pick-up, idle", pick_up(url, process)),
            ("pick-up, listening cut every 0.7 s", pick_up(url, process, cut=True)),
        ]
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(_WAITING, [BULK])
            connection.execute("ANALYZE procrastinate_jobs")
        found.append((f"pick-up, {BULK:,} bulk jobs waiting", pick_up(url, process)))
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("DELETE FROM procrastinate_jobs WHERE status = 'todo'")
        found.append((f"drained of {BULK:,}, jobs/s", drained_at(url, bulk=BULK)))
    return found


def main() -> int:
    """Prints the table; 1 when ours misses the target."""
    with tempfile.TemporaryDirectory(prefix="pb-") as folder, EmbeddedServer(Path(folder)) as server:
        for name in ("ours", "bare"):
            with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}".encode())
        migrate(server.url("postgres", "ours"))
        with psycopg.connect(server.url("postgres", "bare"), autocommit=True) as connection:
            connection.execute(SchemaManager.get_schema().encode())
        beside = measure("bare", server.url("postgres", "bare"))
        own = measure("ours", server.url(APP_ROLE, "ours"))
    table = Table("", *(f"{whose} {what}" for whose in ("ours", "bare") for what in ("p50", "p95", "p99")))
    for (label, mine), (_, theirs) in zip(own, beside, strict=True):
        table.add_row(label, *_shown(mine), *_shown(theirs))
    Console(width=140).print(table, f"milliseconds; target: p95 within {TARGET_P95_MS:.0f} ms")
    return int(any(isinstance(mine, list) and _at(mine, 95) > TARGET_P95_MS for _, mine in own))


def _at(found: list[float], percentile: int) -> float:
    return statistics.quantiles(found, n=100)[percentile - 1]


def _shown(found: list[float] | float) -> list[str]:
    if isinstance(found, float):
        return [f"{found:,.0f}", "", ""]
    return [f"{_at(found, percentile):.1f}" for percentile in (50, 95, 99)]


if __name__ == "__main__":
    if len(sys.argv) > 1:
        asyncio.run({"ours": ours, "bare": bare}[sys.argv[1]](sys.argv[2]))
    else:
        sys.exit(main())
