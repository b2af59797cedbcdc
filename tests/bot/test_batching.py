"""A month's personas asked for in batches: half the price, sent and paid once, checked like any answer, never lost."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from rich.console import Console
from sqlalchemy import select, text, update

from bot.batching import LOOK, SEND, TAKE_BACK, Batching
from bot.chores import QUEUE, register_chores
from bot.refresh_now import refresh_now
from bot.refreshing import CONTACT, MONTHLY
from bot.wiring import Services
from persona.model import Profile
from persona.preferences import Spending, day_of
from persona.visibility import MemberRole, Viewer
from storage.attempts import spent_since
from storage.batches import Stage, batch_named
from storage.database import Database
from storage.tables import batch_items, contacts, persona_generation_history
from storage.workspaces import change_settings
from tests.bot.conftest import settings
from tests.bot.test_measuring import JANE, write_to_us
from tests.doubles import slack_events
from tests.doubles.openai_server import GOOD_KEY, REFUSAL, OpenAIDouble, Reply, excerpts_of
from tests.doubles.slack_person import Person
from tests.doubles.slack_server import SlackDouble

OBJECTION = "What happens to our orders when your migration fails halfway through the peak season?"
PEOPLE = (JANE, "Katrin Vogel", "Graham Sykes")
NAME = "2026-12-0"


@pytest.fixture
async def model() -> AsyncIterator[OpenAIDouble]:
    async with OpenAIDouble().serve() as double:
        yield double


async def open_with(sample_url: str, model: OpenAIDouble) -> AsyncIterator[Services]:
    known = settings(openai_api_key=SecretStr(GOOD_KEY), openai_base_url=model.url)
    made = Services(known, await Database.open(sample_url))
    async with made.queue.open_async():
        yield made
    await made.close()


@pytest.fixture
async def services(sample_url: str, model: OpenAIDouble) -> AsyncIterator[Services]:
    """Everything wired over the sample CRM with a model, in a workspace that wants batches."""
    async for made in open_with(sample_url, model):
        await choose(made, refresh_calls="batch")
        yield made


async def choose(services: Services, **chosen: object) -> None:
    workspace_id = await services.default_workspace()
    async with services.database.workspace(workspace_id) as connection:
        await change_settings(connection, workspace_id, chosen)


def batching(services: Services) -> Batching:
    assert services.batching is not None
    return services.batching


async def newest(services: Services, contact_key: int) -> Profile:
    found = await services.engine(await services.default_workspace()).stored(contact_key)
    assert found is not None
    return found


async def due(services: Services, people: Sequence[str] = PEOPLE) -> list[int]:
    """Has personas written by the model, and then lets each of these people say something new."""
    engine, keys = services.engine(await services.default_workspace()), []
    for who in people:
        contact = await engine.resolve(who)
        await engine.ask(contact.key)
        await write_to_us(services, contact.key, OBJECTION)
        keys.append(contact.key)
    return keys


async def chores(services: Services, task: str) -> list[dict[str, Any]]:
    found = await services.queue.job_manager.list_jobs_async(task=task)
    return [dict(job.task_kwargs) for job in found]


async def send(services: Services, keys: Sequence[int], name: str = NAME) -> None:
    await batching(services).send(workspace_id=await services.default_workspace(), name=name, contacts=keys)


async def look(services: Services, times: int = 4, name: str = NAME) -> None:
    for _ in range(times):
        await batching(services).look(workspace_id=await services.default_workspace(), name=name)


async def versions(services: Services, keys: Sequence[int]) -> list[int]:
    found = [(await newest(services, key)).persona for key in keys]
    return [persona.version or 0 for persona in found if persona]


async def spent(services: Services) -> Spending:
    workspace_id = await services.default_workspace()
    now = services.tokens._clock()
    async with services.database.workspace(workspace_id) as connection:
        return await spent_since(connection, workspace_id, day_of(now, "UTC")[0])


async def held(services: Services) -> list[tuple[int, str, bool]]:
    workspace_id = await services.default_workspace()
    async with services.database.workspace(workspace_id) as connection:
        columns = (batch_items.c.contact_id, batch_items.c.state, batch_items.c.tokens > 0)
        return [tuple(row) for row in await connection.execute(select(*columns).order_by(batch_items.c.contact_id))]


async def attempts(services: Services, contact_key: int) -> list[tuple[str, int, int, float]]:
    workspace_id, kept = await services.default_workspace(), persona_generation_history.c
    columns = (kept.outcome, kept.input_tokens, kept.output_tokens, kept.cost_usd)
    asked = select(*columns).where(kept.contact_id == contact_key).order_by(kept.id)
    async with services.database.workspace(workspace_id) as connection:
        return [tuple(row) for row in await connection.execute(asked)]


async def stage(services: Services, name: str = NAME) -> Stage | None:
    workspace_id = await services.default_workspace()
    async with services.database.workspace(workspace_id) as connection:
        found = await batch_named(connection, workspace_id, name)
    return found.stage if found else None


async def test_a_month_is_sent_in_a_batch_and_its_answers_are_new_versions_at_half_the_price(
    services: Services, model: OpenAIDouble
) -> None:
    keys = await due(services)
    before, calls = {key: await attempts(services, key) for key in keys}, len(model.requests)
    workspace_id = await services.default_workspace()
    await services.refreshing.monthly(workspace_id=workspace_id, period="2026-12")
    [handed_out] = await chores(services, SEND)
    assert (handed_out["name"], sorted(handed_out["contacts"])) == (NAME, sorted(keys))
    await send(services, handed_out["contacts"])
    assert await versions(services, keys) == [1, 1, 1]
    await look(services)
    assert (await versions(services, keys), model.batched.paid) == (
        [2, 2, 2],
        [str(key) for key in handed_out["contacts"]],
    )
    [live, batched] = await attempts(services, keys[0])
    assert [live] == before[keys[0]]
    price = (0.15 * batched[1] + 0.6 * batched[2]) / 1_000_000
    assert (batched[0], batched[3]) == ("ok", pytest.approx(price / 2, abs=1e-6))
    assert (len(model.requests), model.batched.files, await chores(services, CONTACT)) == (calls, {}, [])
    assert (await stage(services), await held(services)) == (
        Stage.ENDED,
        [(key, "done", False) for key in sorted(keys)],
    )


async def test_what_a_batch_asks_is_what_a_call_asks_masks_and_all(services: Services, model: OpenAIDouble) -> None:
    workspace_id, engine = await services.default_workspace(), services.engine(await services.default_workspace())
    key = (await engine.resolve(JANE)).key
    await engine.ask(key)
    await write_to_us(services, key, f"{OBJECTION} Call me at +49 171 5550100 or at jane.private@example.org.")
    await send(services, [key])
    await services.refreshing.refresh(workspace_id, key)
    asked, alone = model.batched.files[model.batched.uploads[0]].lines[0]["body"], model.requests[-1]
    assert {**asked, "messages": asked["messages"][:1]} == {**alone, "messages": alone["messages"][:1]}
    assert [e["id"] for e in excerpts_of(asked)] == [e["id"] for e in excerpts_of(alone)]
    assert OBJECTION in str(excerpts_of(asked))
    assert not [secret for secret in ("5550100", "jane.private") if secret in json.dumps(asked)]


async def test_who_did_not_change_is_not_asked_for(services: Services, model: OpenAIDouble) -> None:
    [key] = await due(services, [JANE])
    await services.refreshing.refresh(await services.default_workspace(), key)
    await send(services, [key])
    assert (model.batched.uploads, await stage(services)) == ([], Stage.ENDED)


@pytest.mark.parametrize("lost", ["file", "batch"])
async def test_what_was_sent_before_a_process_died_is_neither_sent_nor_paid_again(
    services: Services, model: OpenAIDouble, sample_url: str, lost: str
) -> None:
    keys = await due(services)
    model.batched.lost_answers = {lost}
    await send(services, keys)
    [again] = await chores(services, SEND)
    async for another in open_with(sample_url, model):
        await send(another, again["contacts"])
        await look(another)
        assert await versions(another, keys) == [2, 2, 2]
    assert (len(model.batched.uploads), len(model.batched.batches), len(model.batched.paid)) == (1, 1, 3)


@pytest.mark.parametrize("call", ["file", "batch"])
async def test_a_worker_that_ends_in_the_middle_of_a_call_leaves_all_to_the_next_one(
    services: Services, model: OpenAIDouble, sample_url: str, call: str
) -> None:
    keys = await due(services)
    model.batched.hanging = {call}
    sending = asyncio.create_task(send(services, keys))
    await model.batched.hung.wait()
    sending.cancel()
    with suppress(asyncio.CancelledError):
        await sending
    model.batched.hanging = set()
    async for another in open_with(sample_url, model):
        await send(another, keys)
        await look(another)
        assert await versions(another, keys) == [2, 2, 2]
    assert (len(model.batched.uploads), len(model.batched.batches), len(model.batched.paid)) == (1, 1, 3)


async def test_a_worker_takes_a_month_from_the_queue_to_new_versions(services: Services, model: OpenAIDouble) -> None:
    keys, workspace_id = await due(services), await services.default_workspace()
    register_chores(services.queue, services.chore_tasks)
    await services.chores.make(MONTHLY, key="month", workspace_id=workspace_id, period="2026-12")
    looks = []
    for _ in range(6):
        await services.queue.run_worker_async(queues=[QUEUE], wait=False, install_signal_handlers=False)
        looks.append(await versions(services, keys))
        async with services.database.directory() as connection:
            await connection.execute(text("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'"))
    assert (looks[0], looks[-1]) == ([1, 1, 1], [2, 2, 2])
    found = [job.status for job in await services.queue.job_manager.list_jobs_async()]
    assert set(found) == {"succeeded"}


async def test_reading_that_was_stopped_half_way_goes_on_with_who_is_left(
    services: Services, model: OpenAIDouble
) -> None:
    keys = await due(services)
    await send(services, keys)
    workspace_id = await services.default_workspace()
    async with services.database.workspace(workspace_id) as connection:
        await connection.execute(update(batch_items).where(batch_items.c.contact_id == keys[0]).values(state="paid"))
        await connection.execute(update(batch_items).where(batch_items.c.contact_id == keys[1]).values(state="done"))
    await look(services)
    tries = [len(await attempts(services, key)) for key in keys]
    assert (await versions(services, keys), tries) == ([2, 1, 2], [1, 1, 2])


async def test_a_batch_read_twice_changes_nothing_more(services: Services, model: OpenAIDouble) -> None:
    keys = await due(services)
    await send(services, keys)
    await look(services)
    tries = [await attempts(services, key) for key in keys]
    async with services.database.workspace(await services.default_workspace()) as connection:
        await connection.execute(update(batch_items).values(state="paid"))
    await look(services)
    await send(services, keys)
    assert (await versions(services, keys), [await attempts(services, key) for key in keys]) == ([2, 2, 2], tries)


async def test_who_got_no_answer_or_a_useless_one_gets_a_call_of_their_own(
    services: Services, model: OpenAIDouble
) -> None:
    keys = sorted(await due(services))
    model.replies = [Reply(content="{"), Reply()]
    model.batched.unanswered = {str(keys[2])}
    await send(services, keys)
    await look(services)
    alone = [chore["contact_key"] for chore in await chores(services, CONTACT)]
    outcomes = [[attempt[0] for attempt in await attempts(services, key)] for key in keys]
    assert (sorted(alone), await versions(services, keys)) == ([keys[0], keys[2]], [1, 2, 1])
    assert outcomes == [["ok", "malformed"], ["ok", "ok"], ["ok"]]
    workspace_id = await services.default_workspace()
    for key in alone:
        await services.refreshing.refresh_contact(workspace_id=workspace_id, contact_key=key)
    assert await versions(services, keys) == [2, 2, 2]


async def test_a_model_that_refuses_in_a_batch_is_not_asked_again(services: Services, model: OpenAIDouble) -> None:
    [key] = await due(services, [JANE])
    model.replies = [REFUSAL]
    await send(services, [key])
    await look(services)
    outcomes = [attempt[0] for attempt in await attempts(services, key)]
    assert (outcomes, await versions(services, [key]), await chores(services, CONTACT)) == (
        ["ok", "refused", "ok"],
        [1],
        [],
    )


@pytest.mark.parametrize(("ends_as", "written"), [("failed", [1, 1, 1]), ("expired", [2, 1, 1])])
async def test_whom_a_batch_that_ended_badly_leaves_out_gets_a_call_of_their_own(
    services: Services, model: OpenAIDouble, ends_as: str, written: list[int]
) -> None:
    keys = sorted(await due(services))
    model.batched.ends_as = ends_as
    await send(services, keys)
    await look(services)
    alone = sorted(chore["contact_key"] for chore in await chores(services, CONTACT))
    left = [key for key, version in zip(keys, written, strict=True) if version == 1]
    assert (await versions(services, keys), alone, await stage(services)) == (written, left, Stage.ENDED)
    assert (await held(services), model.batched.files) == ([(key, "done", False) for key in keys], {})


async def test_a_server_whose_queue_is_full_gets_the_batch_again_later(services: Services, model: OpenAIDouble) -> None:
    keys = await due(services)
    model.batched.ends_as, model.batched.failed_code = "failed", "token_limit_exceeded"
    await send(services, keys)
    await look(services)
    [later] = await chores(services, SEND)
    assert (later["name"], sorted(later["contacts"]), await chores(services, CONTACT)) == (f"{NAME}q", sorted(keys), [])
    model.batched.ends_as = "completed"
    await send(services, later["contacts"], later["name"])
    await look(services, name=later["name"])
    assert await versions(services, keys) == [2, 2, 2]


async def test_a_server_without_batches_is_called_one_by_one(services: Services, model: OpenAIDouble) -> None:
    keys = await due(services)
    model.batched.absent = True
    await send(services, keys)
    alone = [chore["contact_key"] for chore in await chores(services, CONTACT)]
    assert (sorted(alone), await stage(services), await chores(services, TAKE_BACK)) == (sorted(keys), Stage.ENDED, [])
    assert await held(services) == [(key, "done", False) for key in sorted(keys)]


async def test_a_server_that_keeps_failing_is_tried_for_hours_and_then_called_one_by_one(
    services: Services, model: OpenAIDouble
) -> None:
    keys = await due(services)
    alone = []
    for _ in range(5):
        model.batched.lost_answers = {"file"}
        model.batched.files.clear()
        await send(services, keys)
        alone.append(len(await chores(services, CONTACT)))
    assert (alone, len(await chores(services, TAKE_BACK))) == ([0, 0, 0, 0, 3], 1)


async def test_a_batch_that_runs_counts_as_spent_and_what_finds_no_room_waits_for_the_next_day(
    services: Services, model: OpenAIDouble
) -> None:
    keys = await due(services)
    before = await spent(services)
    await choose(services, daily_tokens=before.tokens + 3_000)
    await send(services, keys)
    during = await spent(services)
    [line, another] = model.batched.files[model.batched.uploads[0]].lines
    assert [line["custom_id"], another["custom_id"]] == [str(key) for key in keys[:2]]
    assert during.tokens > before.tokens + 3_000
    [tomorrow] = await chores(services, SEND)
    assert (tomorrow["name"], tomorrow["contacts"]) == (f"{NAME}d", keys[2:])
    await look(services)
    after = await spent(services)
    took = [(await attempts(services, key))[-1] for key in keys[:2]]
    assert after.tokens - before.tokens == sum(one[1] + one[2] for one in took)
    assert after.usd - before.usd == pytest.approx(sum(one[3] for one in took))
    assert await versions(services, keys) == [2, 2, 1]


async def test_who_changed_objected_or_was_erased_meanwhile_gets_no_answer_of_before(
    services: Services, model: OpenAIDouble
) -> None:
    changed, objected, erased = keys = await due(services)
    await send(services, keys)
    await write_to_us(services, changed, "Our board now wants the contract in Spanish before anything else happens.")
    workspace_id = await services.default_workspace()
    async with services.database.workspace(workspace_id) as connection:
        await connection.execute(update(contacts).where(contacts.c.id == objected).values(do_not_profile=True))
        await connection.execute(contacts.delete().where(contacts.c.id == erased))
    await look(services)
    alone = [chore["contact_key"] for chore in await chores(services, CONTACT)]
    assert (alone, await versions(services, [changed])) == ([changed], [1])
    assert await held(services) == [(key, "done", True) for key in sorted(keys)]  # it was paid for nothing


async def test_settings_changed_meanwhile_make_the_answer_useless(services: Services, model: OpenAIDouble) -> None:
    [key] = await due(services, [JANE])
    await send(services, [key])
    await choose(services, language="de")
    await look(services)
    alone = [chore["contact_key"] for chore in await chores(services, CONTACT)]
    assert (alone, await versions(services, [key]), await held(services)) == ([key], [1], [(key, "done", True)])
    assert [attempt[0] for attempt in await attempts(services, key)] == ["ok"]


async def test_an_uninstall_cancels_the_batch_and_deletes_its_files_at_the_server(
    services: Services, model: OpenAIDouble
) -> None:
    keys, workspace_id = await due(services), await services.default_workspace()
    await send(services, keys)
    async with services.database.workspace(workspace_id) as connection:
        await batching(services).stop(connection, workspace_id)
    for _ in range(2):
        for chore in await chores(services, TAKE_BACK):
            await batching(services).take_back(**chore)
    await look(services)
    [batch] = model.batched.batches.values()
    assert (batch.status, model.batched.files) == ("cancelled", {})
    assert (await stage(services), await versions(services, keys)) == (Stage.ENDED, [1, 1, 1])


async def test_slack_s_word_that_the_app_was_removed_stops_the_batches(
    sample_url: str, model: OpenAIDouble, slack: SlackDouble
) -> None:
    known = settings(slack, openai_api_key=SecretStr(GOOD_KEY), openai_base_url=model.url)
    made = Services(known, await Database.open(sample_url))
    transport = httpx.ASGITransport(app=made.web())
    async with made.queue.open_async(), httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as app:
        await Person(slack, app).command("Jane Doe")  # the team has a workspace from here on
        await choose(made, refresh_calls="batch", keep_days_after_uninstall=0)
        await send(made, await due(made, [JANE]))
        await slack.event(app, slack_events.app_uninstalled())
        for chore in await chores(made, TAKE_BACK):
            await batching(made).take_back(**chore)
        ended = [batch.status for batch in model.batched.batches.values()]
        assert (await stage(made), ended) == (None, ["cancelled"])
    await made.close()


async def test_an_admin_reads_how_the_month_is_asked_for(services: Services, model: OpenAIDouble) -> None:
    workspace_id, admin = await services.default_workspace(), Viewer("U1", MemberRole.ADMIN, None)
    said = []
    for absent, who in ((False, JANE), (True, PEOPLE[1])):
        model.batched.absent = absent
        await send(services, await due(services, [who]), f"{NAME}{absent}")
        said.append((await services.status.card(workspace_id, admin)).text)
    await choose(services, refresh_calls="single")
    said.append((await services.status.card(workspace_id, admin)).text)
    assert ["asked for in batches, at half the price" in one for one in said] == [True, False, False]
    assert ["the model's server takes no batches" in one for one in said] == [False, True, False]


async def test_the_dry_run_says_the_price_both_ways(services: Services, model: OpenAIDouble, sample_url: str) -> None:
    [key] = await due(services, [JANE])
    [(_, sent, answered, usd)] = await attempts(services, key)
    known = settings(database_url=SecretStr(sample_url), openai_api_key=SecretStr(GOOD_KEY), openai_base_url=model.url)
    console = Console(record=True, width=300)
    await refresh_now(known, name=None, dry_run=True, console=console)
    assert console.export_text().splitlines()[-1] == (
        f"A model would take at most {sent + answered:,} tokens: ${usd:.4f} one by one, as this command does it, or "
        f"${usd / 2:.4f} in batches within a day. The month's refresh asks in batches (settings refresh_calls)."
    )


async def test_the_fault_of_a_batch_is_never_dressed_as_a_persona(services: Services, model: OpenAIDouble) -> None:
    [key] = await due(services, [JANE])
    await send(services, [key])
    model.usually = Reply(content=json.dumps({"claims": [{"facet": "pain_points", "text": "Hates us", "quotes": []}]}))
    await look(services)
    outcomes = [attempt[0] for attempt in await attempts(services, key)]
    assert (outcomes, await versions(services, [key])) == (["ok", "ungrounded"], [1])


async def test_a_batch_looked_at_before_its_end_is_looked_at_again(services: Services, model: OpenAIDouble) -> None:
    keys = await due(services, [JANE])
    model.batched.held = True
    await send(services, keys)
    await look(services, 2)
    assert [chore["name"] for chore in await chores(services, LOOK)] == [NAME]
