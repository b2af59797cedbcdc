"""When things are due. The clock only enqueues or tidies the queue; any number of clocks may run."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import procrastinate
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.dead_letters import KEPT_DAYS
from bot.stalled import SWEEP_S

_KEEP_FINISHED_HOURS = 24


Chore = Callable[[], Awaitable[int]]


def build_clock(
    queue: procrastinate.App, *, tick: Chore, return_stalled: Chore, refresh_tokens: Chore, delete_ended: Chore
) -> AsyncIOScheduler:
    """The schedule: every minute what recurs in each workspace is handed out (bot/periodic.py), every few seconds jobs
    of dead workers go back to the queue (bot/stalled.py), every night finished jobs are deleted.

    Slack's tokens are refreshed every half hour, before they end; every night the data of workspaces go that removed
    the app so long ago that their days are over. Each may run on any number of clocks at once.
    """
    scheduler = AsyncIOScheduler(timezone=UTC, job_defaults={"coalesce": True, "misfire_grace_time": 3600})
    scheduler.add_job(tick, "interval", minutes=1, id="tick", next_run_time=datetime.now(UTC))
    scheduler.add_job(return_stalled, "interval", seconds=SWEEP_S, id="return_stalled")
    scheduler.add_job(delete_finished_jobs, "cron", hour=3, minute=17, args=[queue], id="delete_finished_jobs")
    scheduler.add_job(refresh_tokens, "interval", minutes=30, id="refresh_tokens")
    scheduler.add_job(delete_ended, "cron", hour=3, minute=41, id="delete_ended")
    return scheduler


async def delete_finished_jobs(queue: procrastinate.App) -> None:
    """Deletes jobs that ended a day ago or earlier: they hold what a rep typed. Dead letters stay for 30 days."""
    await queue.job_manager.delete_old_jobs(nb_hours=_KEEP_FINISHED_HOURS, include_cancelled=True, include_aborted=True)
    await queue.job_manager.delete_old_jobs(nb_hours=KEPT_DAYS * 24, include_failed=True)
