"""Jobs that failed for good: kept for 30 days, read of by admins, tried again or dropped."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from bot.chores import register_chores
from bot.cli import app as cli
from bot.clock import delete_finished_jobs
from bot.posting import Reply
from bot.wiring import Services
from storage.jobs import Choice, dead_letters, note_error
from tests.bot.conftest import work
from tests.bot.test_workspace_settings import at_home, become
from tests.doubles.slack_person import Person

TRY_AGAIN = "Try failed jobs again"


async def fail(services: Services, task: str, *, queue: str, age: str = "1 minute", **arguments: object) -> int:
    """A job that failed for good so long ago; its id."""
    job_id: int = await services.queue.configure_task(task, queue=queue, lock=task).defer_async(**arguments)
    async with services.database.directory() as connection:
        for status in ("doing", "failed"):
            await connection.execute(
                text("UPDATE procrastinate_jobs SET status = :status, attempts = 4 WHERE id = :job"),
                {"status": status, "job": job_id},
            )
        aged = text("UPDATE procrastinate_events SET at = now() - CAST(:age AS interval) WHERE job_id = :job")
        await connection.execute(aged, {"age": age, "job": job_id})
        await note_error(connection, job_id, "ModelTimeoutError")
    return job_id


async def statuses(services: Services) -> dict[str, tuple[str, int]]:
    async with services.database.directory() as connection:
        found = await connection.execute(text("SELECT task_name, status::text, attempts FROM procrastinate_jobs"))
        return {row.task_name: (row.status, row.attempts) for row in found}


async def chores_of(services: Services, workspace_id: int, *, age: str = "1 minute") -> None:
    """A failed chore of this workspace, one of another, and two promises that failed now and long ago."""
    reply = Reply(workspace_id, "U1").arguments()
    await fail(services, "digest", queue="bulk", age=age, workspace_id=workspace_id)
    await fail(services, "other", queue="bulk", age=age, workspace_id=workspace_id + 1)
    await fail(services, "share", queue="interactive", reply=reply)
    await fail(services, "old_share", queue="interactive", age="2 hours", reply=reply)


async def test_an_admin_has_failed_jobs_tried_again_but_none_that_nobody_waits_for_any_more(
    rep: Person, services: Services
) -> None:
    workspace_id = await become(services, "admin")
    await chores_of(services, workspace_id)
    await at_home(rep, services)
    assert rep.home
    today = datetime.now(UTC)
    assert f"0 waiting, 3 failed in 30 days, the newest “old share” on {today.day}" in rep.home.says
    await rep.press(TRY_AGAIN)
    await rep.press(TRY_AGAIN)
    found = await statuses(services)
    del found["publish_home"]
    assert found == {
        "digest": ("todo", 0),
        "other": ("failed", 4),
        "share": ("todo", 0),
        "old_share": ("failed", 4),
    }


async def test_the_button_goes_when_nothing_is_left_to_try(rep: Person, services: Services) -> None:
    workspace_id = await at_home(rep, services)
    assert rep.home
    before = TRY_AGAIN in rep.home.labels
    await fail(services, "digest", queue="bulk", workspace_id=workspace_id)
    await rep.open_home()
    await work(services)
    shown = TRY_AGAIN in rep.home.labels
    await rep.press(TRY_AGAIN)
    await work(services)
    assert (before, shown, TRY_AGAIN in rep.home.labels) == (False, True, False)


async def test_who_is_no_admin_any_more_has_nothing_tried_again(rep: Person, services: Services) -> None:
    workspace_id = await become(services, "admin")
    await fail(services, "digest", queue="bulk", workspace_id=workspace_id)
    await at_home(rep, services)
    await become(services, "rep")
    await rep.press(TRY_AGAIN)
    assert (await statuses(services))["digest"] == ("failed", 4)


async def test_a_dead_letter_tried_again_is_done(services: Services, sample_url: str) -> None:
    done = []

    async def digest(*, workspace_id: int) -> None:
        done.append(workspace_id)

    register_chores(services.queue, {"digest": digest})
    job_id = await fail(services, "digest", queue="bulk", workspace_id=7)
    await run(sample_url, "retry", str(job_id))
    await services.queue.run_worker_async(queues=["bulk"], wait=False, install_signal_handlers=False)
    assert done == [7]


async def test_dead_letters_stay_for_thirty_days_and_what_ended_well_for_one(services: Services) -> None:
    for age in ("29 days", "31 days"):
        await fail(services, f"failed_{age[:2]}", queue="bulk", age=age, workspace_id=1)
    await fail(services, "ended", queue="bulk", workspace_id=1)
    async with services.database.directory() as connection:
        await connection.execute(text("UPDATE procrastinate_jobs SET status = 'todo' WHERE task_name = 'ended'"))
        await connection.execute(text("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE task_name = 'ended'"))
        await connection.execute(
            text("UPDATE procrastinate_events SET at = now() - interval '2 days' WHERE job_id = 3")
        )
    await delete_finished_jobs(services.queue)
    assert list(await statuses(services)) == ["failed_29"]


async def run(url: str, *arguments: str) -> tuple[int, str]:
    """What the command line says."""
    runner = CliRunner(env={"DATABASE_URL": url, "COLUMNS": "200"})
    result = await asyncio.to_thread(runner.invoke, cli, ["jobs", *arguments])
    return result.exit_code, result.output


async def test_the_command_line_lists_them_without_what_was_typed(services: Services, sample_url: str) -> None:
    reply = Reply(1, "U1").arguments()
    job_id = await fail(services, "write_persona", queue="interactive", reply=reply, query="Jane of all people")
    async with services.database.directory() as connection:
        [letter] = await dead_letters(connection, Choice())
    assert letter.failed_at
    assert await run(sample_url) == (
        0,
        "0 waiting, 1 failed and kept for 30 days.\n"
        f"{job_id} · workspace 1 · write_persona · failed {letter.failed_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC · "
        "4 tries · ModelTimeoutError\n",
    )


async def test_the_command_line_retries_and_drops_one_or_all(services: Services, sample_url: str) -> None:
    first, _, _ = [await fail(services, name, queue="bulk", workspace_id=1) for name in ("a", "b", "c")]
    told = [await run(sample_url, *words) for words in (("drop", str(first)), ("retry", "all"), ("drop", "all"))]
    assert (told, await statuses(services)) == (
        [(0, "1 dropped.\n"), (0, "2 will be tried again.\n"), (0, "0 dropped.\n")],
        {"b": ("todo", 0), "c": ("todo", 0)},
    )


async def test_the_command_line_retries_all_but_what_nobody_waits_for_any_more_unless_it_is_named(
    services: Services, sample_url: str
) -> None:
    reply = Reply(1, "U1").arguments()
    await fail(services, "old_chore", queue="bulk", age="2 days", workspace_id=1)
    old = await fail(services, "old_share", queue="interactive", age="2 days", reply=reply)
    told = await run(sample_url, "retry", "all")
    before = (await statuses(services))["old_share"]
    await run(sample_url, "retry", str(old))
    assert (told, before, (await statuses(services))["old_share"]) == (
        (0, "1 will be tried again.\n"),
        ("failed", 4),
        ("todo", 0),
    )


@pytest.mark.parametrize("words", [("retry",), ("retry", "x"), ("drop", "77"), ("retry", "9" * 40), ("drop", "²")])
async def test_a_job_there_is_not_is_explained(services: Services, sample_url: str, words: tuple[str, ...]) -> None:
    code, told = await run(sample_url, *words)
    assert (code, "persona-bot jobs" in told) == (1, True)
