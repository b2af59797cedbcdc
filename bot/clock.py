"""When things are due. The clock only enqueues or tidies the queue; any number of clocks may run."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import procrastinate
import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from procrastinate.jobs import Status

from bot.promises import MAX_ATTEMPTS

_log = structlog.get_logger(__name__)
_STALLED_AFTER_S = 60
_KEEP_FINISHED_HOURS = 24


Chore = Callable[[], Awaitable[int]]


def build_clock(
    queue: procrastinate.App, *, tick: Chore, refresh_tokens: Chore, delete_ended: Chore
) -> AsyncIOScheduler:
    """The schedule: every minute what recurs in each workspace is handed out (bot/periodic.py) and jobs of dead workers
    go back to the queue; finished jobs are deleted every night.

    Slack's tokens are refreshed every half hour, before they end; every night the data of workspaces go that removed
    the app so long ago that their days are over. Each may run on any number of clocks at once.
    """
    scheduler = AsyncIOScheduler(timezone=UTC, job_defaults={"coalesce": True, "misfire_grace_time": 3600})
    scheduler.add_job(tick, "interval", minutes=1, id="tick", next_run_time=datetime.now(UTC))
    scheduler.add_job(return_stalled_jobs, "interval", minutes=1, args=[queue], id="return_stalled_jobs")
    scheduler.add_job(delete_finished_jobs, "cron", hour=3, minute=17, args=[queue], id="delete_finished_jobs")
    scheduler.add_job(refresh_tokens, "interval", minutes=30, id="refresh_tokens")
    scheduler.add_job(delete_ended, "cron", hour=3, minute=41, id="delete_ended")
    return scheduler


async def return_stalled_jobs(queue: procrastinate.App) -> int:
    """Gives jobs whose worker stopped breathing to another one; how many there were.

    A job that was tried MAX_ATTEMPTS times is marked failed instead: it may be what kills its workers.
    """
    stalled = list(await queue.job_manager.get_stalled_jobs(seconds_since_heartbeat=_STALLED_AFTER_S))
    for job in stalled:
        if job.attempts + 1 >= MAX_ATTEMPTS:
            await queue.job_manager.finish_job(job, status=Status.FAILED, delete_job=False)
        else:
            await queue.job_manager.retry_job(job, retry_at=datetime.now(UTC) + timedelta(seconds=1))
    if stalled:
        _log.warning("stalled_jobs_returned", count=len(stalled))
    return len(stalled)


async def delete_finished_jobs(queue: procrastinate.App) -> None:
    """Deletes jobs that ended a day ago or earlier, failed ones too: they hold what a rep typed."""
    await queue.job_manager.delete_old_jobs(
        nb_hours=_KEEP_FINISHED_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )
