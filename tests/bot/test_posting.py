"""Answers through a response_url, against Slack's limits."""

from collections.abc import AsyncIterator

import pytest

from blocks.card import Card
from blocks.rungs import Rung
from bot.posting import Poster
from persona.errors import DeliveryError
from tests.doubles.slack_server import RESPONSE_URL_USES, SlackDouble

CHART = {
    "type": "data_visualization",
    "title": "Interactions",
    "chart": {
        "type": "bar",
        "series": [{"name": "Inbound", "data": [{"label": "Oct", "value": 3}]}],
        "axis_config": {"categories": ["Oct"]},
    },
}


def render(rung: Rung) -> Card:
    return Card(rung.value, [CHART] if rung is Rung.NATIVE else [{"type": "divider"}])


@pytest.fixture
async def slack() -> AsyncIterator[SlackDouble]:
    async with SlackDouble().serve() as double:
        yield double


async def test_a_card_replaces_the_original_without_unfurling(slack: SlackDouble) -> None:
    url = slack.new_response_url()
    await Poster().replace(url, render)
    assert slack.posts_to(url) == [
        {
            "response_type": "ephemeral",
            "replace_original": True,
            "text": "native",
            "blocks": [CHART],
            "unfurl_links": False,
            "unfurl_media": False,
        }
    ]


async def test_refused_native_blocks_are_sent_again_as_fields_and_the_refusal_is_remembered(slack: SlackDouble) -> None:
    slack.native = False
    poster, first, second = Poster(), slack.new_response_url(), slack.new_response_url()
    await poster.replace(first, render)
    await poster.replace(second, render)
    assert [m["text"] for url in (first, second) for m in slack.posts_to(url)] == ["fields", "fields"]
    assert slack.response_urls[second.rsplit("/", 1)[1]].uses == 1


async def test_a_busy_slack_is_worth_another_try(slack: SlackDouble) -> None:
    slack.busy_answers = 1
    with pytest.raises(DeliveryError) as caught:
        await Poster().replace(slack.new_response_url(), render)
    assert caught.value.retry


async def test_a_spent_response_url_is_not(slack: SlackDouble) -> None:
    url = slack.new_response_url()
    for _ in range(RESPONSE_URL_USES):
        await Poster().replace(url, render)
    with pytest.raises(DeliveryError) as caught:
        await Poster().replace(url, render)
    assert (caught.value.answer, caught.value.retry) == ("used_url", False)


async def test_a_slack_that_cannot_be_reached_is_worth_another_try() -> None:
    with pytest.raises(DeliveryError) as caught:
        await Poster().replace("http://127.0.0.1:9/response/x", render)
    assert caught.value.retry
