"""What takes long says what it is at, where its card will stand, and never covers the card."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
from pydantic import SecretStr

from bot.progress import shown_progress
from bot.wiring import Services
from persona.errors import DeliveryError
from persona.ports import Step
from storage.database import Database
from tests.bot.conftest import settings, work
from tests.doubles.openai_server import GOOD, GOOD_KEY, OpenAIDouble
from tests.doubles.slack_server import SlackDouble


@pytest.fixture
async def services(sample_url: str, slack: SlackDouble) -> AsyncIterator[Services]:
    """A model that takes two and a half seconds."""
    async with OpenAIDouble(usually=replace(GOOD, delay_s=2.5)).serve() as model:
        known = settings(slack, openai_api_key=SecretStr(GOOD_KEY), openai_base_url=model.url)
        made = Services(known, await Database.open(sample_url))
        async with made.queue.open_async():
            yield made
        await made.close()


async def test_a_slow_refresh_says_what_it_is_at_and_ends_in_the_card(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services
) -> None:
    first = await slack.command(app, "Jane Doe")
    await work(services)
    [card] = slack.posts_to(first.response_url)
    url = await slack.press(app, card, "Refresh")
    await work(services)
    *progress, last = [post["text"] for post in slack.posts_to(url)]
    steps = [next(step for step in (1, 2, 3, 4) if f"({step} of 4)" in text) for text in progress]
    assert (1 <= len(steps) <= 3, 3 in steps) == (True, True)  # a busy machine may still read after a second
    assert steps == sorted(set(steps))
    assert ("of 4)" in last, "Before you call" in last) == (False, True)


async def test_what_is_quick_shows_no_progress() -> None:
    seen: list[Step] = []

    async def show(step: Step, _: int) -> None:
        seen.append(step)

    async with shown_progress(show, after_s=5) as tell:
        tell(Step.READING, 3)
    assert seen == []


async def test_nothing_is_shown_after_the_end_and_a_refusal_stops_nothing() -> None:
    shown: list[Step] = []
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def show(step: Step, _: int) -> None:
        begun.set()
        await go_on.wait()
        shown.append(step)

    async def refuse(step: Step, _: int) -> None:
        raise DeliveryError("expired_url", retry=False)

    async with shown_progress(show, after_s=0) as tell:
        tell(Step.WRITING, 3)
        await begun.wait()
        asyncio.get_running_loop().call_soon(go_on.set)
    assert shown == [Step.WRITING]
    async with shown_progress(refuse, after_s=0) as tell:
        tell(Step.WRITING, 3)
        await asyncio.sleep(0)
