"""What `/metrics` counts, whom it lets read, and that nobody's words are among its labels."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from bot.metering import metered
from bot.promises import QUEUE, register_promises
from bot.wiring import Services
from storage.database import Database
from tests.bot.conftest import settings
from tests.doubles.openai_server import GOOD_KEY, OpenAIDouble
from tests.doubles.slack_server import SlackDouble

TOKEN = "a token of 24 characters"


@pytest.fixture
async def services(sample_url: str, slack: SlackDouble) -> AsyncIterator[Services]:
    async with OpenAIDouble().serve() as model:
        known = settings(slack, openai_api_key=SecretStr(GOOD_KEY), openai_base_url=model.url)
        made = Services(known, await Database.open(sample_url))
        async with made.queue.open_async():
            yield made
        await made.close()


async def samples(app: httpx.AsyncClient) -> dict[tuple[str, ...], float]:
    """Every sample by its name and labels, but for buckets, times and those of the process."""
    page = (await app.get("/metrics")).text
    found = [s for family in text_string_to_metric_families(page) for s in family.samples]
    own = [s for s in found if s.name.startswith("persona_") and not s.name.endswith(("_bucket", "_created", "_sum"))]
    return {(s.name, *s.labels.values()): s.value for s in own}


async def work(services: Services) -> None:
    register_promises(services.queue, services.tasks, poster=services.poster)
    around: list[Any] = [metered(services.metrics)]
    await services.queue.run_worker_async(
        queues=[QUEUE], wait=False, install_signal_handlers=False, worker_middleware=around
    )


async def test_a_card_written_and_served_again_is_counted_from_end_to_end(
    services: Services, app: httpx.AsyncClient, slack: SlackDouble
) -> None:
    await slack.command(app, "Jane Doe")
    waiting = await samples(app)
    await work(services)
    await slack.command(app, "Jane Doe")
    after = await samples(app)
    names = [
        ("persona_slack_request_seconds_count", "command", "200"),
        ("persona_job_seconds_count", "done", "write_persona"),
        ("persona_model_seconds_count", "ok"),
        ("persona_cards_total", "model"),
        ("persona_cards_total", "stored"),
    ]
    assert [waiting.get(name, 0) for name in names] == [1, 0, 0, 0, 0]
    assert [after.get(name, 0) for name in names] == [2, 1, 1, 1, 1]
    assert waiting["persona_queue_jobs", QUEUE, "due"] == 1
    assert after["persona_model_tokens_total", "input"] > 500
    assert after["persona_model_cost_usd_total",] > 0
    assert after["persona_database_up",] == 1
    assert "Jane" not in (await app.get("/metrics")).text


async def test_what_slack_refuses_is_counted_by_method(services: Services, app: httpx.AsyncClient) -> None:
    await services.slack_calls.call(await services.default_workspace(), "auth.test")
    found = {key: value for key, value in (await samples(app)).items() if key[0] == "persona_slack_calls_total"}
    assert found == {("persona_slack_calls_total", "auth.test", "ok"): 1}


async def test_a_request_that_is_not_slacks_is_counted_too(app: httpx.AsyncClient) -> None:
    await app.post("/slack/events", content=b"{}")
    assert (await samples(app))["persona_slack_request_seconds_count", "other", "401"] == 1


def reader(services: Services, host: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=services.web(), client=(host, 5555))
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")


async def test_without_a_token_only_this_machine_reads_them_and_nothing_a_proxy_passes_on(services: Services) -> None:
    answers = []
    for host, headers in (
        ("127.0.0.1", {}),
        ("::1", {}),
        ("10.1.2.3", {}),
        ("127.0.0.1", {"X-Forwarded-For": "10.1.2.3"}),
    ):
        async with reader(services, host) as client:
            answers.append((await client.get("/metrics", headers=headers)).status_code)
    assert answers == [200, 200, 403, 403]


async def test_with_a_token_whoever_has_it_reads_them(sample_url: str, slack: SlackDouble) -> None:
    made = Services(settings(slack, metrics_token=SecretStr(TOKEN)), await Database.open(sample_url))
    answers = []
    for host, given in (("10.1.2.3", TOKEN), ("127.0.0.1", "another"), ("127.0.0.1", None)):
        async with reader(made, host) as client:
            headers = {"Authorization": f"Bearer {given}"} if given else {}
            answers.append((await client.get("/metrics", headers=headers)).status_code)
    await made.close()
    assert answers == [200, 403, 403]


async def test_a_silent_database_leaves_what_the_process_counted(services: Services) -> None:
    services.metrics.job("write_persona", "done", 0.2)
    page = services.metrics.page(None).decode()
    assert 'persona_job_seconds_count{outcome="done",task="write_persona"} 1.0' in page
    assert "persona_database_up 0.0" in page
