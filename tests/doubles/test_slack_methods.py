"""The double's streams, agent surfaces, files and installs keep to Slack's rules."""

from typing import Any

import httpx
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack_api import WebApi
from tests.doubles.slack_installs import Install
from tests.doubles.slack_server import SlackDouble

IMAGE = {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "Interactions by month"}


@pytest.fixture
def web() -> WebApi:
    made = WebApi()
    made.tokens["xoxb-test"] = Install("T1")
    made.channel("C1")
    return made


def refused(web: WebApi, method: str, **given: Any) -> str | None:
    return web.answer(method, given).get("error")


def stream(web: WebApi) -> dict[str, Any]:
    """A stream in the conversation with U1."""
    room = web.direct_channel("U1")
    asked = web.place_message(room, {"text": "What worries Jane?"}, user="U1")
    ts = web.answer("chat.startStream", {"channel": "D1", "thread_ts": asked, "markdown_text": "She "})["ts"]
    return {"channel": "D1", "ts": ts}


def test_an_answer_streams_and_ends_with_blocks(web: WebApi) -> None:
    where = stream(web)
    web.answer("chat.appendStream", {**where, "markdown_text": "fears the price."})
    assert refused(web, "chat.update", **where, text="x") == "streaming_state_conflict"
    web.answer("chat.stopStream", {**where, "blocks": [{"type": "divider"}]})
    message = web.channels["D1"].messages[where["ts"]]
    assert (message["text"], message["blocks"]) == ("She fears the price.", [{"type": "divider"}])
    assert refused(web, "chat.appendStream", **where, markdown_text="x") == "message_not_in_streaming_state"


def test_a_stream_ends_by_itself_after_five_minutes_and_can_then_be_updated(web: WebApi) -> None:
    where = stream(web)
    web.clock.forward(5 * 60 + 1)
    assert refused(web, "chat.stopStream", **where) == "message_not_in_streaming_state"
    assert refused(web, "chat.update", **where, text="whole") is None


@pytest.mark.parametrize(
    ("method", "given", "word"),
    [
        ("chat.startStream", {"channel": "C1"}, "invalid_arguments"),
        ("chat.startStream", {"channel": "C1", "thread_ts": "1.1"}, "thread_not_found"),
        ("agents.sessions.setStatus", {"channel": "C1", "status": "asleep"}, "invalid_arguments"),
        (
            "assistant.threads.setSuggestedPrompts",
            {"channel": "C1", "prompts": [{"title": "a", "message": "b"}] * 5},
            "invalid_arguments",
        ),
        ("files.getUploadURLExternal", {"filename": "x.pdf", "length": 0}, "invalid_arguments"),
        ("files.completeUploadExternal", {"files": [{"id": "F9"}]}, "file_not_found"),
        ("chat.postMessage", {"channel": "C1", "text": "x", "blocks": [IMAGE]}, "invalid_blocks"),
        ("oauth.v2.access", {"code": "x"}, "bad_client_secret"),
    ],
)
def test_a_call_is_refused_with_slacks_word(web: WebApi, method: str, given: dict[str, Any], word: str) -> None:
    assert refused(web, method, **given) == word


def test_a_stream_in_a_channel_names_its_reader(web: WebApi) -> None:
    ts = web.place_message(web.channels["C1"], {"text": "?"}, user="U1")
    given = {"channel": "C1", "thread_ts": ts}
    assert refused(web, "chat.startStream", **given) == "missing_recipient_team_id"
    assert refused(web, "chat.startStream", **given, recipient_team_id="T1") == "missing_recipient_user_id"


def test_a_status_shows_until_the_answer_comes(web: WebApi) -> None:
    ts = web.place_message(web.direct_channel("U1"), {"text": "?"}, user="U1")
    web.answer("assistant.threads.setStatus", {"channel_id": "D1", "thread_ts": ts, "status": "reading"})
    shown = dict(web.statuses)
    web.answer("chat.postMessage", {"channel": "D1", "thread_ts": ts, "text": "Here"})
    assert (shown, web.statuses) == ({("D1", ts): "reading"}, {})


async def test_an_uploaded_image_is_of_use_a_moment_later() -> None:
    async with SlackDouble().serve() as slack, httpx.AsyncClient():
        slack.web.tokens["xoxb-test"] = Install("T1")
        slack.web.channel("C1")
        client = AsyncWebClient("xoxb-test", base_url=f"{slack.url}/api/")
        await client.files_upload_v2(content=b"png", filename="chart.png", title="Chart", request_file_info=False)
        with pytest.raises(SlackApiError, match="invalid_blocks"):
            await client.chat_postMessage(channel="C1", text="Jane", blocks=[IMAGE])
        slack.web.clock.forward(2)
        await client.chat_postMessage(channel="C1", text="Jane", blocks=[IMAGE])
    assert (slack.web.files["F1"].content, len(slack.web.channels["C1"].messages)) == (b"png", 1)


async def test_a_file_sent_to_a_person_stands_in_their_conversation() -> None:
    async with SlackDouble().serve() as slack:
        slack.web.tokens["xoxb-test"] = Install("T1")
        client = AsyncWebClient("xoxb-test", base_url=f"{slack.url}/api/")
        room = slack.web.direct_channel("U1")
        await client.files_upload_v2(content=b"%PDF", filename="jane.pdf", channel="D1", initial_comment="Jane's page")
    assert [(m["text"], m["files"]) for m in room.messages.values()] == [("Jane's page", ["F1"])]


async def test_a_code_serves_once_and_its_token_speaks_for_its_workspace() -> None:
    async with SlackDouble().serve() as slack:
        code = slack.web.new_code("T2")
        keys = {"client_id": "111.222", "client_secret": "client-secret", "code": code}
        async with httpx.AsyncClient(base_url=slack.url) as anyone:
            first, again = [(await anyone.post("/api/oauth.v2.access", data=keys)).json() for _ in range(2)]
        token = first["access_token"]
        bot = AsyncWebClient(token, base_url=f"{slack.url}/api/")
        team = (await bot.auth_test())["team_id"]
        await bot.auth_revoke()
        with pytest.raises(SlackApiError, match="token_revoked"):
            await bot.auth_test()
    assert (team, again["error"]) == ("T2", "invalid_code")


def test_a_rotating_token_ends_after_twelve_hours_and_its_refresh_token_serves_once(web: WebApi) -> None:
    web.rotates = True
    keys = {"client_id": web.client_id, "client_secret": web.client_secret}
    first = web.answer("oauth.v2.access", {**keys, "code": web.new_code(None, "E1")})
    again = {**keys, "grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    web.clock.forward(12 * 3600 + 1)
    ended = web.answer("auth.test", {}, token=first["access_token"])["error"]
    answers = [web.answer("oauth.v2.access", again) for _ in range(2)]
    assert (first["team"], first["is_enterprise_install"], first["expires_in"]) == (None, True, 43_200)
    assert (ended, answers[0]["ok"], answers[1]["error"]) == ("token_expired", True, "invalid_refresh_token")


@pytest.mark.parametrize(
    ("token", "word"), [("", "not_authed"), ("xoxb-unknown", "invalid_auth"), ("xoxb-revoked", "token_revoked")]
)
def test_a_token_that_is_none_of_ours_is_refused(web: WebApi, token: str, word: str) -> None:
    assert web.answer("users.info", {"user": "U1"}, token=token)["error"] == word


def test_a_scope_that_was_not_granted_and_another_workspaces_channel_are_refused(web: WebApi) -> None:
    web.tokens["xoxb-two"] = Install("T2", frozenset({"chat:write"}))
    web.channel("C2", team_id="T1")
    answers = [
        web.answer("files.getUploadURLExternal", {"filename": "x", "length": 1}, token="xoxb-two"),
        web.answer("chat.postMessage", {"channel": "C2", "text": "x"}, token="xoxb-two"),
    ]
    assert [(a["error"], a.get("needed")) for a in answers] == [
        ("missing_scope", "files:write"),
        ("channel_not_found", None),
    ]
