"""Months pass under two clocks, in three zones that change theirs: each period is handed out once and none left out."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import psycopg
import pytest

from bot.periodic import Periodic, Schedule
from bot.wiring import Services
from persona.schedule import Hourly, Monthly, Nightly, Weekly

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
BEGUN = datetime(2026, 9, 30, 12, tzinfo=UTC)
CHANGES = (date(2026, 10, 4), date(2026, 10, 25), date(2026, 11, 1), date(2027, 3, 14), date(2027, 3, 28))
"""Sundays on which one of them changes its clocks."""

# 02:15 is in none of the three on the day clocks go forward; 01:45 is twice in two of them when they go back
NIGHT = Periodic("nightly_upkeep", lambda _: Nightly(time(1, 45)))
WEEK = Periodic("weekly_digest", lambda _: Weekly(6, time(2, 15)))
MONTH = Periodic("monthly_refresh", lambda _: Monthly(28, time(2, 15)))
HOUR = Periodic("hourly_staleness", lambda _: Hourly(7))


class Clocks:
    """Two clocks that look at the same time, the second one some minutes slow."""

    def __init__(self, services: Services, *periodics: Periodic) -> None:
        self.now, slow = BEGUN, timedelta(minutes=20)
        self._both = [
            Schedule(database=services.database, chores=services.chores, clock=hands, periodics=periodics)
            for hands in (lambda: self.now, lambda: self.now - slow)
        ]

    async def pass_to(self, until: datetime, *, step: timedelta) -> None:
        while self.now < until:
            self.now = min(self.now + step, until)
            await asyncio.gather(*(clock.tick() for clock in self._both))


@pytest.fixture
async def zones(services: Services, sample_url: str) -> dict[int, str]:
    """Three workspaces, there since BEGUN."""
    await services.default_workspace()
    with psycopg.connect(sample_url.replace("persona_app", "postgres"), autocommit=True) as owner:
        for zone in ZONES[1:]:
            owner.execute("INSERT INTO workspaces (name, time_zone) VALUES (%s, %s)", [zone, zone])
        owner.execute("UPDATE workspaces SET time_zone = %s WHERE name NOT LIKE '%%/%%'", [ZONES[0]])
        owner.execute("UPDATE workspaces SET created_at = %s", [BEGUN])
        return dict(owner.execute("SELECT workspace_id, time_zone FROM workspaces WHERE workspace_id > 0").fetchall())


async def handed_out(services: Services, zones: dict[int, str]) -> Counter[tuple[str, str, str]]:
    jobs = await services.queue.job_manager.list_jobs_async()
    return Counter((zones[job.task_kwargs["workspace_id"]], job.task_name, job.task_kwargs["period"]) for job in jobs)


def days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


async def test_of_every_night_week_and_month_there_is_one_in_each_zone(
    services: Services, zones: dict[int, str]
) -> None:
    await Clocks(services, NIGHT, WEEK, MONTH).pass_to(datetime(2027, 4, 11, 12, tzinfo=UTC), step=timedelta(hours=23))
    nights = list(days(date(2026, 10, 1), date(2027, 4, 11)))
    expected = {
        NIGHT.name: [f"{day}" for day in nights],
        WEEK.name: [f"{day:%G-W%V}" for day in nights if day.weekday() == 6],
        MONTH.name: ["2026-10", "2026-11", "2026-12", "2027-01", "2027-02", "2027-03"],
    }
    found = await handed_out(services, zones)
    assert found == Counter((zone, name, one) for zone in ZONES for name, of_it in expected.items() for one in of_it)


@pytest.mark.parametrize("sunday", CHANGES)
async def test_the_day_clocks_change_has_its_24_hours(services: Services, zones: dict[int, str], sunday: date) -> None:
    begun = datetime.combine(sunday, time(), tzinfo=UTC)
    clocks = Clocks(services, HOUR)
    clocks.now = begun - timedelta(minutes=20)
    await clocks.pass_to(begun + timedelta(hours=23, minutes=40), step=timedelta(minutes=20))
    hours = [f"{sunday}T{hour:02}Z" for hour in range(24)]
    before = f"{sunday - timedelta(days=1)}T23Z"  # what was due when the clocks began to look
    assert await handed_out(services, zones) == Counter(
        (z, HOUR.name, hour) for z in ZONES for hour in [before, *hours]
    )


async def test_what_clocks_missed_for_months_is_caught_up_once(services: Services, zones: dict[int, str]) -> None:
    clocks = Clocks(services, NIGHT, WEEK, MONTH, HOUR)
    clocks.now = datetime(2027, 4, 5, 6, 25, tzinfo=UTC)
    await clocks.pass_to(datetime(2027, 4, 5, 6, 55, tzinfo=UTC), step=timedelta(minutes=10))
    caught_up = [(NIGHT, "2027-04-05"), (WEEK, "2027-W13"), (MONTH, "2027-03"), (HOUR, "2027-04-05T06Z")]
    expected = Counter((zone, periodic.name, period) for zone in ZONES for periodic, period in caught_up)
    assert await handed_out(services, zones) == expected
