"""`/persona` as a rep meets it: signed requests in, cards out, against the sample CRM."""

import json
from typing import Any

import httpx
import pytest

from bot.wiring import Services
from tests.bot.conftest import work
from tests.doubles.block_limits import message_errors
from tests.doubles.slack_server import SlackDouble, buttons_of


def said(card: dict[str, Any]) -> str:
    """Everything a card shows, as one text."""
    return json.dumps(card["blocks"], ensure_ascii=False) + card["text"]


async def test_the_first_answer_is_the_metrics_and_the_persona_follows(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services
) -> None:
    answer = await slack.command(app, "Jane Doe")
    assert "Jane Doe" in answer.body["text"]
    assert "Writing the persona" in said(answer.body)
    await work(services)
    [card] = slack.posts_to(answer.response_url)
    assert card["replace_original"]
    assert "Pain points" in said(card)
    assert "❶" in said(card)


async def test_a_stored_persona_is_in_the_acknowledgement_itself(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services
) -> None:
    first = await slack.command(app, "Jane Doe")
    await work(services)
    [written] = slack.posts_to(first.response_url)
    again = await slack.command(app, "jane.doe@northwind.example")
    assert again.body["blocks"] == written["blocks"]
    assert slack.posts_to(again.response_url) == []


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("jane doe", "Jane Doe"),
        ("Doe Jane", "Jane Doe"),
        ("Soren Kjaer", "Søren Kjær"),
        ("Elodie Marchand", "Élodie Marchand"),
        ("Katrin Vogl", "Katrin Vogel"),
        ("Jane Doe Northwind", "Jane Doe"),
        ("<mailto:k.vogel@brennhaus.example|k.vogel@brennhaus.example>", "Katrin Vogel"),
    ],
)
async def test_names_are_forgiving(app: httpx.AsyncClient, slack: SlackDouble, typed: str, found: str) -> None:
    assert (await slack.command(app, typed)).body["blocks"][0]["text"]["text"].startswith(found)


async def test_two_people_of_one_name_are_a_choice_that_a_button_ends(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services
) -> None:
    choice = await slack.command(app, "Anna Kowalski")
    assert "Greenlatch" in said(choice.body)
    assert "Pallas" in said(choice.body)
    label = next(b["text"]["text"] for b in buttons_of(choice.body))
    url = await slack.press(app, choice.body, label)
    await work(services)
    [card] = slack.posts_to(url)
    assert card["blocks"][0]["text"]["text"].startswith("Anna Kowalski")


async def test_a_near_miss_names_the_nearest(app: httpx.AsyncClient, slack: SlackDouble) -> None:
    answer = await slack.command(app, "Jon Dow")
    assert "No contact called" in answer.body["text"]
    assert "Jane Doe" in said(answer.body)


@pytest.mark.parametrize("typed", ["qqqqq zzzzz", "🦄", "'; DROP TABLE contacts; --", "%", "x" * 4000])
async def test_nonsense_finds_nobody(app: httpx.AsyncClient, slack: SlackDouble, typed: str) -> None:
    assert "No contact called" in (await slack.command(app, typed)).body["text"]


@pytest.mark.parametrize("typed", ["", "help"])
async def test_an_empty_command_and_help_say_how_to_ask(app: httpx.AsyncClient, slack: SlackDouble, typed: str) -> None:
    assert "/persona" in (await slack.command(app, typed)).body["text"]


async def test_a_command_with_the_word_payload_is_answered(app: httpx.AsyncClient, slack: SlackDouble) -> None:
    assert "payload systems" in (await slack.command(app, "payload systems")).body["text"]
    in_channel = await slack.command(app, "Jane Doe", channel_name="payload-team")
    assert "Jane Doe" in in_channel.body["text"]


async def test_basic_uses_the_contact_fields_only_and_says_so(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services
) -> None:
    answer = await slack.command(app, "basic Jane Doe")
    assert "Basic" in said(answer.body)
    assert "❶" not in said(answer.body)
    await work(services)
    assert slack.posts_to(answer.response_url) == []


async def test_a_contact_who_asked_not_to_be_profiled_has_no_persona(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services
) -> None:
    for typed in ("Yolanda Pierce", "basic Yolanda Pierce", "yolanda.pierce@meridianhealth.example"):
        answer = await slack.command(app, typed)
        assert "not to be profiled" in answer.body["text"]
        await work(services)
        assert slack.posts_to(answer.response_url) == []


@pytest.mark.parametrize("label", ["Behavioural insights", "Refresh"])
async def test_every_button_replaces_the_card(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services, label: str
) -> None:
    first = await slack.command(app, "Jane Doe")
    await work(services)
    [card] = slack.posts_to(first.response_url)
    url = await slack.press(app, card, label)
    await work(services)
    *_, replaced = slack.posts_to(url)  # a slow machine shows progress first
    assert replaced["text"]
    assert not message_errors(replaced)


async def test_a_slack_without_charts_gets_the_same_as_fields(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services
) -> None:
    slack.native = False
    first = await slack.command(app, "Jane Doe")
    url = await slack.press(app, first.body, "Behavioural insights")
    await work(services)
    [card] = slack.posts_to(url)
    assert "data_visualization" not in said(card)
    assert "Interactions" in said(card)


async def test_a_busy_slack_gets_the_card_on_another_try(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services
) -> None:
    answer = await slack.command(app, "Jane Doe")
    slack.busy_answers = 1
    await work(services)
    assert slack.posts_to(answer.response_url) == []
    stats = await services.queue.job_manager.list_jobs_async()
    assert [job.status for job in stats] == ["todo"]


@pytest.mark.parametrize(
    "spoil",
    [
        {"x-slack-signature": "v0=00"},
        {"x-slack-signature": "v0=é"},
        {"x-slack-request-timestamp": "12"},
        {"x-slack-request-timestamp": "soon"},
        {"x-slack-request-timestamp": ""},
    ],
)
async def test_a_wrong_or_old_signature_is_refused_and_leaves_no_body_in_the_log(
    app: httpx.AsyncClient, slack: SlackDouble, caplog: pytest.LogCaptureFixture, spoil: dict[str, str]
) -> None:
    body = slack.command_body("Secret Person", response_url="http://127.0.0.1/x")
    headers = {key: value.encode("latin-1") for key, value in (slack.sign(body) | spoil).items()}
    answer = await app.post("/slack/events", content=body, headers=headers)  # type: ignore[arg-type]
    assert (answer.status_code, answer.text) == (401, "")
    assert "Secret" not in caplog.text


async def test_a_second_slack_workspace_does_not_see_the_first_ones_contacts(
    app: httpx.AsyncClient, slack: SlackDouble
) -> None:
    assert "Jane Doe" in (await slack.command(app, "Jane Doe")).body["text"]
    stranger = await slack.command(app, "Jane Doe", team_id="T2")
    assert "not installed" in stranger.body["text"]


async def test_a_request_nobody_handles_is_no_error_of_ours(app: httpx.AsyncClient, slack: SlackDouble) -> None:
    body = slack.command_body("x", response_url="http://127.0.0.1/x", command="/other")
    assert (await app.post("/slack/events", content=body, headers=slack.sign(body))).status_code == 404
