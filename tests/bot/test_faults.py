"""When things go wrong: one clear message, nothing done twice, nothing in the log."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import func, select
from typer.testing import CliRunner

from blocks.card import Card
from blocks.rungs import Rung
from bot.asking import parse_as_of
from bot.cli import app as cli
from bot.errors import explain
from bot.posting import Reply
from bot.settings import Settings, load_settings
from bot.showing import WRITE
from bot.token_team import TokenTeam
from bot.wiring import Services
from persona.errors import SchemaOutdatedError, SettingsError
from storage.database import Database
from storage.tables import persona_generation_history
from tests.bot.conftest import poster_to, work
from tests.doubles.slack_server import SlackDouble

JANE = "jane.doe@northwind.example"


async def jane(services: Services) -> int:
    engine = services.engine(await services.default_workspace())
    return (await engine.resolve(JANE)).key


async def test_a_basic_persona_does_not_stand_in_for_a_full_one(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services
) -> None:
    await slack.command(app, f"basic {JANE}")
    await work(services)
    plain = await slack.command(app, JANE)
    await work(services)
    [card] = slack.posts_to(plain.response_url)
    assert "❶" in str(card["blocks"])
    again = await slack.command(app, f"basic {JANE}")
    assert "❶" not in str(again.body["blocks"])


async def test_a_refresh_pressed_twice_writes_once(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services
) -> None:
    first = await slack.command(app, JANE)
    await work(services)
    [card] = slack.posts_to(first.response_url)
    urls = [await slack.press(app, card, "Refresh") for _ in range(2)]
    await work(services)
    assert [
        "with the same result" in slack.posts_to(url)[-1]["text"] + str(slack.posts_to(url)[-1]) for url in urls
    ] == [
        True,
        True,
    ]
    async with services.database.workspace(await services.default_workspace()) as connection:
        written = await connection.scalar(select(func.count()).select_from(persona_generation_history))
    assert written == 2


async def test_a_button_that_cannot_be_served_says_so_where_it_was_pressed(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services
) -> None:
    first = await slack.command(app, JANE)
    slack.team_id = "T-stranger"
    url = await slack.press(app, first.body, "Behavioural insights")
    [card] = slack.posts_to(url)
    assert "not installed" in card["text"]


async def test_a_job_is_run_four_times_at_most_and_its_failure_told_once(
    services: Services, slack: SlackDouble
) -> None:
    """The contact's own key is fine, the method is not: a failure that no try mends."""
    url = slack.new_response_url()
    reply = Reply(await services.default_workspace(), "U1", response_url=url)
    arguments = {"contact_key": await jane(services), "method": "no such method", "after": None}
    await services.promises.make(WRITE, reply, **arguments)
    for _ in range(6):
        await work(services)
        async with services.database.directory() as connection:
            await connection.exec_driver_sql("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")
    [job] = await services.queue.job_manager.list_jobs_async()
    assert (job.status, job.attempts) == ("failed", 4)
    assert len(slack.posts_to(url)) == 1


async def test_blocks_that_slack_refuses_on_every_rung_leave_the_text(slack: SlackDouble) -> None:
    url, broken = slack.new_response_url(), [{"type": "no such block"}]
    poster = poster_to(slack)
    await poster.replace(url, lambda _: Card("the sentence", broken))
    assert [post["text"] for post in slack.posts_to(url)] == ["the sentence"]
    fine = slack.new_response_url()
    await poster.replace(fine, lambda rung: Card(rung.value, [{"type": "divider"}]))
    assert slack.posts_to(fine)[0]["text"] == Rung.NATIVE.value


def test_an_unforeseen_errors_text_is_neither_shown_nor_logged(capsys: pytest.CaptureFixture[str]) -> None:
    secret = "My CFO Marcus hates your price"
    card = explain(ValueError(secret))
    output = capsys.readouterr()
    assert secret not in str(card) + output.out + output.err


async def test_only_the_tokens_own_team_may_take_over_the_imported_crm(slack: SlackDouble) -> None:
    client, silent = AsyncWebClient(base_url=f"{slack.url}/api/"), AsyncWebClient(base_url="http://127.0.0.1:9/api/")

    async def may(
        team_id: str, *, token: str | None = "xoxb-test", named: str | None = None, by_link: bool = False
    ) -> bool:
        return await TokenTeam(client, token, named=named, by_link=by_link).may_claim(team_id)

    assert [await may("T1"), await may("T2"), await may("T2", token=None)] == [True, False, True]
    assert await TokenTeam(silent, "xoxb-test", named=None, by_link=False).may_claim("T2")
    assert [await may("T1", by_link=True), await may("T2", named="T2"), await may("T1", named="T2")] == [
        False,
        True,
        False,
    ]


@pytest.mark.parametrize("typed", ["soon", "2026-13-01", "20", "2026-11-20T25:00", "9999-12-31T23:59-12:00"])
def test_a_date_that_is_none_is_explained(typed: str) -> None:
    with pytest.raises(SettingsError, match="--as-of takes a date"):
        parse_as_of(typed)


def test_a_date_is_its_last_moment_and_a_time_is_itself() -> None:
    assert str(parse_as_of("2026-11-20")) == "2026-11-20 23:59:59.999999+00:00"
    assert str(parse_as_of("2026-11-20T13:00+01:00")) == "2026-11-20 12:00:00+00:00"


def test_a_malformed_environment_is_named_without_its_value(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PORT", "secret-not-a-number")
    with pytest.raises(SettingsError, match="PORT") as caught:
        load_settings()
    assert "secret-not-a-number" not in caught.value.user_message


def test_secrets_are_not_in_the_settings_repr() -> None:
    shown = repr(Settings.model_validate({"slack_bot_token": "xoxb-1", "openai_api_key": "sk-1", "database_url": "pg"}))
    assert "xoxb-1" not in shown
    assert "sk-1" not in shown


@pytest.mark.parametrize("name", ["[/red]", "Jane [/bold]", "🦄", "x" * 5000])
def test_any_name_on_the_command_line_gets_a_sentence(
    name: str, sample_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", sample_url)
    result = CliRunner().invoke(cli, ["ask", name])
    assert (result.exit_code, result.stdout) == (1, "")
    assert "No contact called" in result.stderr


def test_a_folder_that_is_no_crm_is_explained(sample_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", sample_url)
    result = CliRunner().invoke(cli, ["import", str(tmp_path)])
    assert result.exit_code == 1
    assert "contacts.csv" in result.stderr


@pytest.mark.parametrize("command", ["web", "worker", "clock", "up"])
def test_sigterm_ends_every_process_in_order(command: str, sample_url: str, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "DATABASE_URL": sample_url,
        "SLACK_SIGNING_SECRET": "shhh",
        "PYTHONUNBUFFERED": "1",
    }
    port = ["--port", "0"] if command in {"web", "up"} else []
    program = [sys.executable, "-c", "from bot.cli import main; main()", command, *port]
    log = tmp_path / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            program, env=environment, stdout=output, stderr=output, cwd=Path(__file__).parents[2]
        )
        try:
            asyncio.run(_until_connected(sample_url, process))
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0, log.read_text()
        finally:
            process.kill()


async def _until_connected(url: str, process: subprocess.Popen[bytes]) -> None:
    """Until a process uses the database, which it opens before anything else."""
    database = await Database.open(url)
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    for _ in range(300):
        async with database.directory() as connection:
            others = (await connection.exec_driver_sql(query)).scalar_one()
        if others >= 1 or process.poll() is not None:
            break
        await asyncio.sleep(0.1)
    await asyncio.sleep(1)
    await database.close()


def test_who_runs_it_reads_what_is_wrong_with_the_set_up_and_a_rep_reads_whom_to_ask(
    capsys: pytest.CaptureFixture[str],
) -> None:
    card = explain(SchemaOutdatedError())
    assert ("persona-bot migrate" in capsys.readouterr().out, "migrate" in card.text) == (True, False)
    assert "ask who runs it" in card.text
