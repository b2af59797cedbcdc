"""Personas are written anew where what they are written from changed; the rest costs nothing; shared cards follow."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from pydantic import SecretStr
from rich.console import Console
from sqlalchemy import func, select

from bot.refresh_now import refresh_now
from bot.refreshing import CONTACT, WINDOW
from bot.wiring import Services
from persona.model import CorrectionKind, Facet, Profile
from persona.preferences import Preferences
from persona.refreshing import Outcome, Standing, Why, make_plan
from storage.database import Database
from storage.tables import persona_generation_history
from storage.workspaces import change_settings
from tests.bot.conftest import settings, work
from tests.bot.test_measuring import JANE, write_to_us
from tests.doubles.openai_server import GOOD_KEY, OpenAIDouble
from tests.doubles.slack_person import Person

OBJECTION = "What happens to our orders when your migration fails halfway through the peak season?"
BY_MODEL = Standing(1, "c1", "gpt-4o-mini", "default", "en", fell_back=False, changed=False, corrected=False)
BY_RULES = replace(BY_MODEL, writer="rules", fell_back=True)


@pytest.mark.parametrize(
    ("standing", "has_model", "why"),
    [
        (BY_MODEL, True, None),
        (BY_RULES, False, None),
        (BY_RULES, True, Why.MODEL),
        (replace(BY_RULES, fell_back=False), True, None),
        (replace(BY_MODEL, language="de"), True, Why.SETTINGS),
        (replace(BY_MODEL, variant="motives"), True, Why.SETTINGS),
        (replace(BY_RULES, language="de"), False, None),
        (replace(BY_MODEL, changed=True), True, Why.NEWS),
        (replace(BY_MODEL, changed=True, corrected=True), True, Why.CORRECTED),
    ],
)
def test_a_persona_is_due_for_a_reason_or_not_at_all(standing: Standing, has_model: bool, why: Why | None) -> None:
    plan = make_plan([standing], Preferences(), has_model=has_model, rules="rules")
    assert (dict(plan.due), plan.unchanged) == (({why: (1,)}, 0) if why else ({}, 1))


async def ask(services: Services, who: str = JANE) -> Profile:
    engine = services.engine(await services.default_workspace())
    return await engine.ask((await engine.resolve(who)).key)


async def attempts(services: Services) -> int:
    async with services.database.workspace(await services.default_workspace()) as connection:
        return await connection.scalar(select(func.count()).select_from(persona_generation_history)) or 0


async def choose(services: Services, **chosen: object) -> None:
    workspace_id = await services.default_workspace()
    async with services.database.workspace(workspace_id) as connection:
        await change_settings(connection, workspace_id, chosen)


async def jobs(services: Services, task: str) -> list[int]:
    found = await services.queue.job_manager.list_jobs_async(task=task)
    return [int(job.task_kwargs["contact_key"]) for job in found]


async def test_what_did_not_change_is_neither_due_nor_written(services: Services) -> None:
    workspace_id, first = await services.default_workspace(), await ask(services)
    assert (await services.refreshing.plan(workspace_id)).contacts == ()
    refreshed = await services.refreshing.refresh(workspace_id, first.contact.key)
    assert (refreshed.outcome, await attempts(services)) == (Outcome.UNCHANGED, 1)


async def test_an_import_that_changes_no_word_costs_one_look_and_no_writing(services: Services) -> None:
    workspace_id, first = await services.default_workspace(), await ask(services)
    await write_to_us(services, first.contact.key, "")
    plans = [(await services.refreshing.plan(workspace_id)).contacts]
    refreshed = await services.refreshing.refresh(workspace_id, first.contact.key)
    plans.append((await services.refreshing.plan(workspace_id)).contacts)
    assert (plans, refreshed.outcome, await attempts(services)) == (
        [(first.contact.key,), ()],
        Outcome.UNCHANGED,
        1,
    )


async def test_what_the_contact_says_makes_a_new_version_that_tells_what_changed(services: Services) -> None:
    workspace_id, first = await services.default_workspace(), await ask(services)
    await write_to_us(services, first.contact.key, OBJECTION)
    refreshed = await services.refreshing.refresh(workspace_id, first.contact.key)
    assert refreshed.outcome is Outcome.WRITTEN
    assert refreshed.profile is not None
    assert refreshed.profile.persona is not None
    assert (refreshed.profile.persona.version, "objection" in str(refreshed.profile.persona.changes)) == (2, True)


async def test_a_month_hands_out_one_chore_a_contact_that_is_due_over_days(services: Services) -> None:
    workspace_id = await services.default_workspace()
    keys = []
    for who in (JANE, "Katrin Vogel", "Graham Sykes"):
        profile = await ask(services, who)
        keys.append(profile.contact.key)
    for key in keys[:2]:
        await write_to_us(services, key, OBJECTION)
    for _ in range(2):
        await services.refreshing.monthly(workspace_id=workspace_id, period="2026-12")
    found = await services.queue.job_manager.list_jobs_async(task=CONTACT)
    waits = sorted(job.scheduled_at for job in found if job.scheduled_at is not None)
    assert sorted(int(job.task_kwargs["contact_key"]) for job in found) == sorted(keys[:2])
    assert len(waits) == 1  # the first begins at once
    assert abs((waits[0] - services.tokens._clock()) - WINDOW / 2).total_seconds() < 60


async def test_news_are_written_soon_only_where_the_workspace_wants_that(services: Services) -> None:
    workspace_id, first = await services.default_workspace(), await ask(services)
    for n in range(3):
        await write_to_us(services, first.contact.key, f"{OBJECTION} {n}")
    heard = []
    for policy in ("monthly", "off", "news"):
        await choose(services, refresh=policy)
        await services.refreshing.heard(workspace_id, [first.contact.key])
        heard.append(await jobs(services, CONTACT))
    assert heard == [[], [], [first.contact.key]]


async def test_whose_history_is_measured_anew_is_looked_at(services: Services) -> None:
    workspace_id, first = await services.default_workspace(), await ask(services)
    await choose(services, refresh="news")
    for n in range(3):
        await write_to_us(services, first.contact.key, f"{OBJECTION} {n}")
    await services.measuring.tell_changes(workspace_id=workspace_id, contacts=[first.contact.key])
    assert await jobs(services, CONTACT) == [first.contact.key]


@pytest.fixture
async def model() -> AsyncIterator[OpenAIDouble]:
    async with OpenAIDouble().serve() as double:
        yield double


@pytest.fixture
async def with_model(sample_url: str, model: OpenAIDouble) -> AsyncIterator[Services]:
    known = settings(openai_api_key=SecretStr(GOOD_KEY), openai_base_url=model.url)
    made = Services(known, await Database.open(sample_url))
    async with made.queue.open_async():
        yield made
    await made.close()


async def test_a_budget_that_is_used_up_puts_the_rest_off_to_the_next_day(with_model: Services) -> None:
    first = await ask(with_model)
    workspace_id = await with_model.default_workspace()
    await write_to_us(with_model, first.contact.key, OBJECTION)
    await choose(with_model, daily_tokens=1)
    await with_model.refreshing.refresh_contact(workspace_id=workspace_id, contact_key=first.contact.key)
    [job] = await with_model.queue.job_manager.list_jobs_async(task=CONTACT)
    stored = await with_model.engine(workspace_id).stored(first.contact.key)
    assert stored is not None
    assert stored.persona is not None
    assert (stored.persona.version, job.scheduled_at is not None, await attempts(with_model)) == (1, True, 1)


async def test_a_shared_card_shows_the_new_version_and_its_thread_tells_what_changed_once(
    rep: Person, services: Services
) -> None:
    await rep.command("Jane Doe")
    await work(services)
    await rep.press("Share…")
    await rep.submit()
    await work(services)
    workspace_id, first = await services.default_workspace(), await ask(services)
    for n, words in enumerate((OBJECTION, "We can't sign while our auditors have not seen your data centre.")):
        await write_to_us(services, first.contact.key, words)
        await services.refreshing.refresh_contact(workspace_id=workspace_id, contact_key=first.contact.key)
        await work(services)
        shared = [m for m in rep.room().messages.values() if m.get("user") == "UBOT" and "thread_ts" not in m]
        assert f":{n + 2}" in str([m["blocks"] for m in shared])
    told = [m["text"] for m in rep.room().messages.values() if m.get("thread_ts")]
    assert [text.startswith("The persona of Jane Doe was written anew") for text in told] == [True]


async def test_a_correction_stays_corrected_after_a_refresh(services: Services) -> None:
    workspace_id, first = await services.default_workspace(), await ask(services)
    engine = services.engine(workspace_id)
    shown = await engine.correct(first.contact.key, "pain_points", 1, kind=CorrectionKind.WRONG, by="sam")
    plan = await services.refreshing.plan(workspace_id)
    refreshed = await services.refreshing.refresh(workspace_id, first.contact.key)
    assert dict(plan.due) == {Why.CORRECTED: (first.contact.key,)}
    assert refreshed.profile is not None
    assert refreshed.profile.persona is not None
    assert shown.persona is not None
    for persona in (shown.persona, refreshed.profile.persona):
        assert first.persona is not None
        wrong = first.persona.facets[Facet.PAIN_POINTS][0].text
        assert wrong not in [claim.text for claims in persona.facets.values() for claim in claims]


async def test_the_command_says_what_it_would_do_and_then_does_it(services: Services, sample_url: str) -> None:
    first = await ask(services)
    await write_to_us(services, first.contact.key, OBJECTION)
    known = settings(database_url=SecretStr(sample_url))
    said = []
    for dry_run in (True, False, True):
        console = Console(record=True, width=100)
        await refresh_now(known, name=None, dry_run=dry_run, console=console)
        said.append(console.export_text())
    assert ["something happened since" in text for text in said] == [True, True, False]
    assert ["1 written" in text for text in said] == [False, True, False]
    assert all("no tokens, $0.00" in text for text in said)
