"""`persona-bot jobs`: the jobs that failed for good, printed, put back into their queues or dropped."""

from datetime import UTC, datetime
from typing import Final

from rich.console import Console

from bot.dead_letters import KEPT_DAYS, of_all
from bot.settings import Settings
from bot.wiring import open_services
from persona.errors import SettingsError
from storage.jobs import Choice, DeadLetter, count_waiting, dead_letters, drop_dead_letters, retry_dead_letters

_LISTED: Final = 50
_LONGEST_ID: Final = 18


async def list_jobs(settings: Settings, *, console: Console) -> None:
    """Prints those of all workspaces, the newest first. What somebody typed is not shown."""
    async with open_services(settings) as services, services.database.directory() as connection:
        dead, waiting = await dead_letters(connection, Choice()), await count_waiting(connection)
    console.print(f"{waiting:,} waiting, {len(dead):,} failed and kept for {KEPT_DAYS} days.")
    for letter in dead[:_LISTED]:
        console.print(_told(letter), markup=False, highlight=False)
    if len(dead) > _LISTED:
        console.print(f"and {len(dead) - _LISTED:,} older ones")


async def retry_jobs(settings: Settings, which: str, *, console: Console) -> None:
    """Puts one by its id, or "all" that are still wanted, back into the queue; raises SettingsError without one."""
    choice = of_all(now=datetime.now(UTC)) if which == "all" else _chosen(which)
    async with open_services(settings) as services, services.database.directory() as connection:
        done = await retry_dead_letters(connection, choice)
    _say(done, "will be tried again", which, console=console)


async def drop_jobs(settings: Settings, which: str, *, console: Console) -> None:
    """Deletes one by its id, or "all"; raises SettingsError when there is none."""
    choice = _chosen(which)
    async with open_services(settings) as services, services.database.directory() as connection:
        done = await drop_dead_letters(connection, choice)
    _say(done, "dropped", which, console=console)


def _chosen(which: str) -> Choice:
    if which == "all":
        return Choice()
    if not (which.isascii() and which.isdigit() and len(which) <= _LONGEST_ID):
        raise SettingsError("Name a job by its id, as `persona-bot jobs` shows it, or say “all”.")
    return Choice(job_ids=[int(which)])


def _say(done: int, what: str, which: str, *, console: Console) -> None:
    if not done and which != "all":
        raise SettingsError(f"No failed job has the id {which}. `persona-bot jobs` lists them.")
    console.print(f"{done:,} {what}.")


def _told(letter: DeadLetter) -> str:
    facts = [
        str(letter.job_id),
        f"workspace {letter.workspace_id}",
        letter.task,
        f"failed {letter.failed_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if letter.failed_at else "",
        f"{letter.tries} tries",
        letter.error or "no error known",
    ]
    return " · ".join(filter(None, facts))
