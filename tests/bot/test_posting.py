"""Answers through a response_url, against Slack's limits."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from blocks.card import Card
from blocks.modal import Modal
from blocks.rungs import Rung
from bot.ladder import just
from bot.posting import Place, Reply
from persona.errors import DeliveryError
from tests.bot.conftest import poster_to
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
    await poster_to(slack).replace(url, render)
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
    poster, first, second = poster_to(slack), slack.new_response_url(), slack.new_response_url()
    await poster.replace(first, render)
    await poster.replace(second, render)
    assert [m["text"] for url in (first, second) for m in slack.posts_to(url)] == ["fields", "fields"]
    assert slack.response_urls[second.rsplit("/", 1)[1]].uses == 1


async def test_a_busy_slack_is_worth_another_try(slack: SlackDouble) -> None:
    slack.busy_answers = 1
    with pytest.raises(DeliveryError) as caught:
        await poster_to(slack).replace(slack.new_response_url(), render)
    assert caught.value.retry


async def test_a_spent_response_url_is_not(slack: SlackDouble) -> None:
    url = slack.new_response_url()
    for _ in range(RESPONSE_URL_USES):
        await poster_to(slack).replace(url, render)
    with pytest.raises(DeliveryError) as caught:
        await poster_to(slack).replace(url, render)
    assert (caught.value.answer, caught.value.retry) == ("used_url", False)


async def test_a_slack_that_cannot_be_reached_is_worth_another_try(slack: SlackDouble) -> None:
    with pytest.raises(DeliveryError) as caught:
        await poster_to(slack).replace("http://127.0.0.1:9/response/x", render)
    assert caught.value.retry


CARD = Card("Jane Doe", [{"type": "section", "text": {"type": "plain_text", "text": "Jane Doe"}}])
SALES = Place(1, "C1")


async def test_a_posted_message_is_updated_where_it_stands_and_nothing_of_it_unfurls(slack: SlackDouble) -> None:
    channel, poster = slack.web.channel("C1"), poster_to(slack)
    ts = await poster.post(SALES, just(CARD))
    await poster.update(SALES, ts, just(Card("Jane Doe, newer", CARD.blocks)))
    [(found, message)] = channel.messages.items()
    shown = {key: message[key] for key in ("text", "blocks", "unfurl_links", "unfurl_media")}
    assert (found, shown) == (
        ts,
        {"text": "Jane Doe, newer", "blocks": CARD.blocks, "unfurl_links": False, "unfurl_media": False},
    )


async def test_a_channel_without_the_bot_says_so(slack: SlackDouble) -> None:
    slack.web.channel("C2", members={"U1"})
    with pytest.raises(DeliveryError) as caught:
        await poster_to(slack).post(Place(1, "C2"), just(CARD))
    assert (caught.value.answer, caught.value.retry) == ("not_in_channel", False)


async def test_slack_s_word_for_when_to_come_again_is_kept(slack: SlackDouble) -> None:
    slack.web.channel("C1")
    slack.busy_answers = 1
    with pytest.raises(DeliveryError) as caught:
        await poster_to(slack).post(SALES, just(CARD))
    assert (caught.value.answer, caught.value.retry, caught.value.after_s) == ("ratelimited", True, 7.0)


async def test_what_would_flood_a_channel_is_left_to_the_queue(slack: SlackDouble) -> None:
    channel, poster = slack.web.channel("C1"), poster_to(slack)
    poster_calls = [asyncio.ensure_future(poster.post(SALES, just(CARD))) for _ in range(5)]
    outcomes = await asyncio.gather(*poster_calls, return_exceptions=True)
    later = [o for o in outcomes if isinstance(o, DeliveryError) and o.retry and (o.after_s or 0) > 2]
    assert (len(channel.messages), len(later)) == (3, 2)


async def test_a_modal_opens_at_once_and_is_filled_later(slack: SlackDouble) -> None:
    poster = poster_to(slack)
    view_id = await poster.open_view(1, slack.web.new_trigger(), Modal("Evidence"), just(Card("Loading", [])))
    await poster.tell(Reply(1, "U1", view_id=view_id), just(CARD))
    shown = slack.web.views[view_id].view
    assert (shown["blocks"], shown["title"]["text"]) == (CARD.blocks, "Persona")


async def test_a_trigger_serves_once(slack: SlackDouble) -> None:
    poster, trigger = poster_to(slack), slack.web.new_trigger()
    await poster.open_view(1, trigger, Modal("Evidence"), just(CARD))
    with pytest.raises(DeliveryError, match="Slack did not take"):
        await poster.open_view(1, trigger, Modal("Evidence"), just(CARD))


async def test_who_has_no_channel_and_no_response_url_is_told_in_a_direct_message(slack: SlackDouble) -> None:
    slack.web.channel("C1")
    poster = poster_to(slack)
    await poster.tell(Reply(1, "U1", channel_id="C1"), just(CARD))
    await poster.tell(Reply(1, "U1"), just(CARD))
    direct = slack.web.channels["D1"].messages.values()
    assert ([w["user"] for w in slack.web.channels["C1"].whispers], [m["text"] for m in direct]) == (
        ["U1"],
        ["Jane Doe"],
    )


async def test_one_workspace_s_refusal_of_charts_lowers_nobody_else_and_no_other_card(slack: SlackDouble) -> None:
    slack.native, poster = False, poster_to(slack)
    channel = slack.web.channel("C1")
    for _ in range(2):
        await poster.post(SALES, render)
    slack.native = True
    await poster.post(SALES, render)
    await poster.post(Place(2, "C1"), render)
    await poster.post(Place(2, "C1"), lambda rung: Card(f"plain {rung.value}", [{"type": "divider"}]))
    said = [message["text"] for message in channel.messages.values()]
    assert said == ["fields", "fields", "fields", "native", "plain native"]


async def test_a_card_too_late_for_its_response_url_comes_as_a_direct_message(slack: SlackDouble) -> None:
    url, poster = slack.new_response_url(), poster_to(slack)
    for _ in range(RESPONSE_URL_USES):
        await poster.replace(url, render)
    await poster.answer(Reply(1, "U1", response_url=url), just(CARD))
    assert [message["text"] for message in slack.web.channels["D1"].messages.values()] == ["Jane Doe"]
