"""Streamed answers against Slack's double: whole, stopped, ended by Slack, refused, and tried again."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from blocks.card import Card
from bot.metrics import Metrics
from bot.posting import Place, Poster
from bot.slack_calls import SlackCalls
from bot.streaming import Streamed, Streaming
from persona.errors import DeliveryError
from tests.doubles.slack_server import SlackDouble

TEXT = "\n".join(f"- sentence {n} of an answer that is longer than one portion [{n}]" for n in range(1, 40))
BELOW = Card("below", [{"type": "section", "text": {"type": "mrkdwn", "text": "Sources"}}])
WHOLE = Card("whole", [{"type": "section", "text": {"type": "mrkdwn", "text": "all of it"}}])
ANSWER = Streamed(TEXT, BELOW, WHOLE)


def streaming(slack: SlackDouble) -> Streaming:
    async def token(_: int) -> str:
        return "xoxb-test"

    calls = SlackCalls(AsyncWebClient(base_url=f"{slack.url}/api/", retry_handlers=[]), token, Metrics())
    return Streaming(calls=calls, poster=Poster(calls))


def place(slack: SlackDouble) -> Place:
    """A thread under a question of U1."""
    room = slack.web.direct_channel("U1")
    return Place(1, room.channel_id, slack.web.place_message(room, {"text": "?"}, user="U1"))


def written(slack: SlackDouble) -> list[dict[str, object]]:
    return [m for m in slack.web.direct_channel("U1").messages.values() if m.get("bot_id")]


async def never() -> bool:
    return False


async def noted(_: str) -> None:
    return None


async def test_the_answer_comes_in_portions_and_ends_with_its_sources(slack: SlackDouble) -> None:
    await streaming(slack).send(place(slack), ANSWER, begun=noted, stopped=never)
    [message] = written(slack)
    assert (message["text"], message["blocks"], "streaming" in message) == (TEXT, BELOW.blocks, False)


async def test_stop_ends_it_where_it_is(slack: SlackDouble) -> None:
    asked = iter([False, True])

    async def pressed() -> bool:
        return next(asked)

    await streaming(slack).send(place(slack), ANSWER, begun=noted, stopped=pressed)
    [message] = written(slack)
    text = str(message["text"])
    assert (text.endswith("\n\n_Stopped._"), len(text) < len(TEXT), "streaming" in message) == (True, True, False)


async def test_after_slacks_five_minutes_the_whole_answer_takes_its_place(slack: SlackDouble) -> None:
    async def late(_: str) -> None:
        slack.web.clock.forward(301)

    await streaming(slack).send(place(slack), ANSWER, begun=late, stopped=never)
    [message] = written(slack)
    assert (message["text"], message["blocks"]) == ("whole", WHOLE.blocks)


async def test_sources_slack_refuses_don_t_cost_the_answer(slack: SlackDouble) -> None:
    refused = Streamed(TEXT, Card("below", [{"type": "nonsense"}]), WHOLE)
    await streaming(slack).send(place(slack), refused, begun=noted, stopped=never)
    [message] = written(slack)
    assert (message["text"], "streaming" in message) == ("whole", False)


async def test_more_answers_than_slack_streams_in_a_minute_are_one_message_each(slack: SlackDouble) -> None:
    slack.keeps_rates = True
    where, service = place(slack), streaming(slack)
    for _ in range(21):
        await service.send(where, Streamed("short", BELOW, WHOLE), begun=noted, stopped=never)
    texts = [message["text"] for message in written(slack)]
    assert texts == ["short"] * 20 + ["whole"]


async def test_another_try_completes_what_the_first_began(slack: SlackDouble) -> None:
    where, begun = place(slack), list[str]()

    async def fails(ts: str) -> None:
        begun.append(ts)
        raise DeliveryError("ratelimited", retry=True)

    with pytest.raises(DeliveryError):
        await streaming(slack).send(where, ANSWER, begun=fails, stopped=never)
    await streaming(slack).complete(where, begun[0], WHOLE)
    [message] = written(slack)
    assert (message["text"], "streaming" in message) == ("whole", False)
