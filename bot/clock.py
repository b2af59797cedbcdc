"""When things are due. The clock only enqueues or tidies the queue; any number of clocks may run."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import procrastinate
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.dead_letters import KEPT_DAYS
from bot.outages import steady
from bot.stalled import SWEEP_S
from persona.ports import Clock

_KEEP_FINISHED_HOURS = 24

Look = Callable[[], Awaitable[int]]


def build_clock(
    queue: procrastinate.App, *, tick: Look, return_stalled: Look, refresh_tokens: Look, delete_ended: Look
) -> AsyncIOScheduler:
    """The schedule: every minute what recurs in each workspace is handed out (bot/periodic.py), every few seconds jobs
    of dead workers go back to the queue (bot/stalled.py), every night finished jobs are deleted.

    Slack's tokens are refreshed every half hour, before they end; every night the data of workspaces go that removed
    the app so long ago that their days are over. Each may run on any number of clocks at once, and what fails is
    tried again the next time.
    """
    scheduler = AsyncIOScheduler(timezone=UTC, job_defaults={"coalesce": True, "misfire_grace_time": 3600})

    def add(name: str, look: Callable[[], Awaitable[object]], trigger: str, **when: Any) -> None:
        scheduler.add_job(steady(name, look), trigger, id=name, **when)

    add("tick", tick, "interval", minutes=1, next_run_time=datetime.now(UTC))
    add("return_stalled", return_stalled, "interval", seconds=SWEEP_S)
    add("delete_finished_jobs", lambda: delete_finished_jobs(queue), "cron", hour=3, minute=17)
    add("refresh_tokens", refresh_tokens, "interval", minutes=30)
    add("delete_ended", delete_ended, "cron", hour=3, minute=41)
    return scheduler


async def set_back(now: Clock, *, look_every_s: float = 10) -> None:
    """Returns when the clock reads earlier than it did a look before."""
    seen = now()
    while seen <= (seen := now()):
        await asyncio.sleep(look_every_s)


async def delete_finished_jobs(queue: procrastinate.App) -> None:
    """Deletes jobs that ended a day ago or earlier: they hold what a rep typed. Dead letters stay for 30 days."""
    await queue.job_manager.delete_old_jobs(nb_hours=_KEEP_FINISHED_HOURS, include_cancelled=True, include_aborted=True)
    await queue.job_manager.delete_old_jobs(nb_hours=KEPT_DAYS * 24, include_failed=True)
