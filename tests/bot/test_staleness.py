"""Every hour it is counted which personas are out of date, and what a model failed to write is handed to it again."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from bot.refreshing import CONTACT
from bot.staleness import HOURLY, StalePersonas
from bot.wiring import Services
from persona.schedule import Period
from storage.database import Database
from storage.periods import hand_out
from storage.staleness import Staleness, staleness_of
from tests.bot.conftest import settings
from tests.bot.test_refreshing import ask, choose, jobs
from tests.doubles.openai_server import GOOD, GOOD_KEY, UNAUTHORIZED, OpenAIDouble

PERIOD = "2026-11-23T14Z"


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


async def look(services: Services, *, later: timedelta) -> datetime:
    """The chore of an hour, so much later."""
    workspace_id, now = await services.default_workspace(), datetime.now(UTC) + later
    async with services.database.workspace(workspace_id) as connection:
        await hand_out(connection, workspace_id, HOURLY, Period(PERIOD, now))
    stale = StalePersonas(
        database=services.database,
        has_model=services.settings.has_model,
        retry=services.refreshing.again,
        clock=lambda: now,
    )
    await stale.tasks[HOURLY](workspace_id=workspace_id, period=PERIOD)
    return now


async def test_of_all_personas_it_is_counted_which_are_out_of_date(services: Services) -> None:
    workspace_id = await services.default_workspace()
    await ask(services)
    counted = []
    for days in (1, 31):
        now = await look(services, later=timedelta(days=days))
        async with services.database.workspace(workspace_id) as connection:
            counted.append((await staleness_of(connection, workspace_id), now))
    assert [found == Staleness(1, out, now) for (found, now), out in zip(counted, (0, 1), strict=True)] == [True, True]


async def test_what_rules_wrote_while_the_model_failed_is_written_by_it_an_hour_later(
    with_model: Services, model: OpenAIDouble
) -> None:
    model.usually = UNAUTHORIZED
    first = await ask(with_model)
    workspace_id, key = await with_model.default_workspace(), first.contact.key
    handed = []
    for minutes in (59, 61):
        await look(with_model, later=timedelta(minutes=minutes))
        handed.append(await jobs(with_model, CONTACT))
    assert handed == [[], [key]]
    model.usually = GOOD
    await with_model.refreshing.refresh_contact(workspace_id=workspace_id, contact_key=key)
    stored = await with_model.engine(workspace_id).stored(key)
    assert stored is not None
    assert stored.persona is not None
    assert (stored.persona.version, stored.persona.written_by.fallback) == (2, "")


async def test_where_nothing_is_to_be_refreshed_the_model_is_not_asked_again(
    with_model: Services, model: OpenAIDouble
) -> None:
    model.usually = UNAUTHORIZED
    await ask(with_model)
    await choose(with_model, refresh="off")
    await look(with_model, later=timedelta(hours=2))
    assert await jobs(with_model, CONTACT) == []
