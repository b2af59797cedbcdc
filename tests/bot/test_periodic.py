"""What recurs is handed out once a period in each workspace, whatever the clocks do, and done once."""

import asyncio
from datetime import UTC, datetime, time, timedelta
from typing import Any

import psycopg
import pytest

from bot.chores import Chores
from bot.clock import set_back
from bot.periodic import Periodic, Schedule, once_a_period
from bot.wiring import Services
from persona.schedule import Monthly, Nightly
from storage.periods import last_tick

NIGHT = Periodic("nightly_upkeep", lambda _: Nightly(time(3)))
MONTH = Periodic("monthly_refresh", lambda _: Monthly(1, time(3)))
BORN = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Hands:
    """A clock's hands, moved by hand."""

    def __init__(self) -> None:
        self.now = BORN

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
async def born(services: Services, sample_url: str) -> int:
    """The workspace of the sample, made at BORN."""
    workspace_id = await services.default_workspace()
    with psycopg.connect(sample_url.replace("persona_app", "postgres"), autocommit=True) as owner:
        owner.execute("UPDATE workspaces SET created_at = %s", [BORN])
    return workspace_id


def schedule_of(services: Services, hands: Hands, *periodics: Periodic) -> Schedule:
    return Schedule(database=services.database, chores=services.chores, clock=hands, periodics=periodics)


async def handed_out(services: Services) -> list[str]:
    jobs = await services.queue.job_manager.list_jobs_async()
    return sorted(f"{job.task_name} {job.task_kwargs['period']}" for job in jobs)


async def test_each_period_is_handed_out_once_by_any_number_of_clocks(services: Services, born: int) -> None:
    hands = Hands()
    clocks = [schedule_of(services, hands, NIGHT) for _ in range(4)]
    for hours in (1, 15, 16, 39):
        hands.now = BORN + timedelta(hours=hours)
        await asyncio.gather(*(clock.tick() for clock in clocks))
    assert await handed_out(services) == ["nightly_upkeep 2026-11-23", "nightly_upkeep 2026-11-24"]


async def test_a_clock_set_forward_by_months_catches_up_once_and_back_again_does_nothing(
    services: Services, born: int
) -> None:
    hands = Hands()
    clock = schedule_of(services, hands, NIGHT, MONTH)
    given = []
    for days in (0, 120, 120, 1):
        hands.now = BORN + timedelta(days=days)
        given.append(await clock.tick())
    assert (given, await handed_out(services)) == (
        [0, 2, 0, 0],
        ["monthly_refresh 2027-03", "nightly_upkeep 2027-03-22"],
    )


async def test_when_a_clock_looked_is_told_by_the_database_s_time_however_far_ahead_its_machine_is(
    services: Services, born: int
) -> None:
    hands = Hands()
    began = datetime.now(UTC) - timedelta(seconds=1)
    for days in (9_000, -9_000):
        hands.now = BORN + timedelta(days=days)
        await schedule_of(services, hands, NIGHT).tick()
        looked = await last_tick(services.database)
        assert looked
        assert began <= looked <= datetime.now(UTC) + timedelta(seconds=1)


class Dying(Chores):
    """Dies when a chore is to be stored."""

    async def make(self, *_: Any, **__: Any) -> bool:
        """Dies."""
        raise ConnectionResetError


async def test_a_crash_while_a_period_is_handed_out_leaves_it_to_the_next_tick(services: Services, born: int) -> None:
    hands = Hands()
    hands.now = BORN + timedelta(days=1)
    dying = Schedule(
        database=services.database, chores=Dying(services.queue, services.database), clock=hands, periodics=[NIGHT]
    )
    with pytest.raises(ConnectionResetError):
        await dying.tick()
    assert await schedule_of(services, hands, NIGHT).tick() == 1


async def test_a_period_that_ended_well_is_not_done_again(services: Services, born: int) -> None:
    done: list[str] = []

    async def upkeep(*, workspace_id: int, period: str) -> None:
        done.append(f"{workspace_id} {period}")
        if len(done) == 1:
            raise ConnectionResetError

    hands = Hands()
    hands.now = BORN + timedelta(days=1)
    await schedule_of(services, hands, NIGHT).tick()
    task = once_a_period(NIGHT.name, upkeep, database=services.database)
    with pytest.raises(ConnectionResetError):
        await task(workspace_id=born, period="2026-11-23")
    for _ in range(2):
        await task(workspace_id=born, period="2026-11-23")
    assert done == [f"{born} 2026-11-23"] * 2


async def test_a_machine_whose_clock_is_set_back_is_noticed_and_one_that_stands_or_jumps_forward_is_not() -> None:
    hands = [BORN + timedelta(minutes=minutes) for minutes in (0, 0, 1, 9_000, 8_999, 8_999)]
    await set_back(lambda: hands.pop(0), look_every_s=0)
    assert len(hands) == 1


async def test_what_workers_slept_through_is_done_once_for_the_newest_period(services: Services, born: int) -> None:
    done: list[str] = []

    async def upkeep(*, workspace_id: int, period: str) -> None:
        done.append(period)

    hands = Hands()
    clock = schedule_of(services, hands, NIGHT)
    for days in (1, 2, 90):
        hands.now = BORN + timedelta(days=days)
        await clock.tick()
    task = once_a_period(NIGHT.name, upkeep, database=services.database)
    for job in await services.queue.job_manager.list_jobs_async():
        await task(**job.task_kwargs)
    assert done == ["2027-02-20"]
