"""What `/healthz` and `/readyz` say of a process and of the installation, each check by its name."""

import asyncio
from typing import Any

import httpx
from sqlalchemy import text

from bot.health import QUEUE_LAG_S, TICK_AGE_S, Health
from bot.posting import Reply
from bot.showing import WRITE
from bot.wiring import Services
from storage.periods import remember_tick
from storage.schema import newest_revision
from storage.vitals import Vitals, read_vitals

SCHEMA = newest_revision()


async def sql(services: Services, statement: str) -> None:
    async with services.database.directory() as connection:
        await connection.execute(text(statement))


async def looked(services: Services, *, ago_s: float) -> None:
    """A clock looked so long ago."""
    await remember_tick(services.database)
    async with services.database.directory() as connection:
        aged = text("UPDATE clock_ticks SET ticked_at = now() - make_interval(secs => :ago)")
        await connection.execute(aged, {"ago": ago_s})


async def ready(app: httpx.AsyncClient, *, strict: bool = False) -> tuple[int, dict[str, Any]]:
    answer = await app.get("/readyz", params={"strict": "1"} if strict else {})
    return answer.status_code, answer.json()


async def test_a_process_that_runs_is_healthy(app: httpx.AsyncClient) -> None:
    answer = await app.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_without_a_worker_and_a_clock_it_answers_but_says_what_is_missing(app: httpx.AsyncClient) -> None:
    status, document = await ready(app)
    assert document["checks"]["database"].pop("ms") > 0
    assert (status, document) == (
        200,
        {
            "status": "degraded",
            "failing": ["workers", "clock"],
            "checks": {
                "database": {"ok": True},
                "schema": {"ok": True, "found": SCHEMA, "needed": SCHEMA},
                "queue": {"ok": True, "lag_s": 0.0, "most_s": QUEUE_LAG_S, "due": 0},
                "workers": {"ok": False, "alive": 0},
                "clock": {"ok": False, "last_tick_age_s": None, "most_s": TICK_AGE_S},
            },
        },
    )
    assert (await ready(app, strict=True))[0] == 503


async def test_with_a_worker_and_a_clock_all_is_well(services: Services, app: httpx.AsyncClient) -> None:
    await looked(services, ago_s=TICK_AGE_S / 2)
    await sql(services, "INSERT INTO procrastinate_workers DEFAULT VALUES")
    status, document = await ready(app, strict=True)
    assert (status, document["status"], document["failing"]) == (200, "ready", [])


async def test_a_clock_that_stopped_and_a_job_that_waits_too_long_are_named(
    services: Services, app: httpx.AsyncClient
) -> None:
    await looked(services, ago_s=TICK_AGE_S + 5)
    await sql(services, "INSERT INTO procrastinate_workers DEFAULT VALUES")
    await services.promises.make(WRITE, Reply(1, "U1"), contact_key=1)
    await sql(services, "UPDATE procrastinate_events SET at = at - interval '40 seconds'")
    _, document = await ready(app)
    queue = document["checks"]["queue"]
    assert (document["failing"], round(queue["lag_s"]), queue["due"]) == (["queue", "clock"], 40, 1)


async def test_a_job_of_later_makes_no_lag(services: Services, app: httpx.AsyncClient) -> None:
    await services.promises.make_once(WRITE, Reply(1, "U1"), name="later", after_s=60, arguments={"contact_key": 1})
    await sql(services, "UPDATE procrastinate_events SET at = at - interval '40 seconds'")
    _, document = await ready(app)
    assert document["checks"]["queue"] == {"ok": True, "lag_s": 0.0, "most_s": QUEUE_LAG_S, "due": 0}


async def test_a_schema_of_another_version_makes_it_unready(services: Services) -> None:
    async def read() -> Vitals:
        return await read_vitals(services.database, silent_s=10)

    report = await Health(read, needs_schema="9999").report()
    assert (report.status, report.failing) == ("not ready", ("schema", "workers", "clock"))


async def test_a_silent_database_is_not_waited_for() -> None:
    async def silent() -> Vitals:
        await asyncio.sleep(60)
        raise AssertionError

    began = asyncio.get_running_loop().time()
    report = await Health(silent, needs_schema=SCHEMA).report()
    assert asyncio.get_running_loop().time() - began < 2
    assert report.document == {
        "status": "not ready",
        "failing": ["database"],
        "checks": {"database": {"ok": False, "error": "TimeoutError"}},
    }
