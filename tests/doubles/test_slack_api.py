"""The double refuses what Slack refuses: messages, ephemerals, reactions, modals, Homes and response_urls."""

from typing import Any

import httpx
import pytest

from tests.doubles.slack_api import WebApi
from tests.doubles.slack_installs import Install
from tests.doubles.slack_server import SlackDouble

TEXT = {"type": "section", "text": {"type": "plain_text", "text": "Jane"}}
CARD = {"channel": "C1", "text": "Jane", "blocks": [TEXT]}


@pytest.fixture
def web() -> WebApi:
    made = WebApi()
    made.tokens["xoxb-test"] = Install("T1")
    made.channel("C1", members={"UBOT", "U1", "U2"})
    return made


def refused(web: WebApi, method: str, **given: Any) -> str | None:
    """Slack's word of refusal, None when it did it."""
    return web.answer(method, given).get("error")


def view(**more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": [TEXT], **more}


def opened(web: WebApi, **more: Any) -> Any:
    return web.answer("views.open", {"trigger_id": web.new_trigger(), "view": view(**more)})["view"]


def test_an_update_without_blocks_removes_them_and_metadata_stays_until_it_is_emptied(web: WebApi) -> None:
    ts = web.answer("chat.postMessage", {**CARD, "metadata": {"event_type": "card", "event_payload": {}}})["ts"]
    message = web.channels["C1"].messages
    web.answer("chat.update", {"channel": "C1", "ts": ts, "text": "Newer"})
    assert ("blocks" in message[ts], "metadata" in message[ts], message[ts]["text"]) == (False, True, "Newer")
    web.answer("chat.update", {"channel": "C1", "ts": ts, "text": "Newer", "metadata": {}})
    assert "metadata" not in message[ts]


@pytest.mark.parametrize(
    ("method", "given", "word"),
    [
        ("chat.postMessage", {**CARD, "channel": "C9"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "C1"}, "no_text"),
        ("chat.postMessage", {**CARD, "markdown_text": "x"}, "markdown_text_conflict"),
        ("chat.postMessage", {**CARD, "thread_ts": "1.1"}, "thread_not_found"),
        ("chat.postMessage", {**CARD, "blocks": [TEXT] * 51}, "invalid_blocks"),
        ("chat.postMessage", {**CARD, "metadata": {"x": "y" * 9_000}}, "metadata_too_large"),
        ("chat.update", {**CARD, "ts": "1.1"}, "message_not_found"),
        ("chat.delete", {"channel": "C1", "ts": "1.1"}, "message_not_found"),
        ("chat.postEphemeral", {**CARD, "user": "U3"}, "user_not_in_channel"),
        ("chat.unfurl", {"unfurls": {}}, "missing_unfurl_id"),
        ("reactions.add", {"channel": "C1", "timestamp": "1.1", "name": "star"}, "message_not_found"),
        ("users.info", {"user": "C1"}, "user_not_found"),
        ("users.lookupByEmail", {"email": "nobody@x.example"}, "users_not_found"),
        ("conversations.info", {"channel": "C9"}, "channel_not_found"),
        ("views.push", {"trigger_id": "none", "view": view()}, "invalid_trigger_id"),
        ("views.update", {"view_id": "V9", "view": view()}, "not_found"),
        ("views.publish", {"user_id": "U1", "view": view()}, "invalid_arguments"),
        ("chat.scream", {}, "unknown_method"),
    ],
)
def test_a_call_is_refused_with_slacks_word(web: WebApi, method: str, given: dict[str, Any], word: str) -> None:
    assert refused(web, method, **given) == word


def test_an_update_of_over_4000_characters_and_of_somebody_elses_message_are_refused(web: WebApi) -> None:
    own = web.answer("chat.postMessage", CARD)["ts"]
    theirs = web.place_message(web.channels["C1"], {"text": "Hi"}, user="U1")
    assert refused(web, "chat.update", channel="C1", ts=own, text="x" * 4_001) == "msg_too_long"
    assert refused(web, "chat.update", channel="C1", ts=theirs, text="x") == "cant_update_message"
    assert refused(web, "chat.delete", channel="C1", ts=theirs) == "cant_delete_message"


def test_an_ephemeral_can_be_neither_updated_nor_deleted_nor_reacted_to(web: WebApi) -> None:
    ts = web.answer("chat.postEphemeral", {**CARD, "user": "U1"})["message_ts"]
    calls = [
        refused(web, "chat.update", channel="C1", ts=ts, text="x"),
        refused(web, "chat.delete", channel="C1", ts=ts),
        refused(web, "reactions.add", channel="C1", timestamp=ts, name="star"),
    ]
    assert calls == ["message_not_found"] * 3


def test_the_same_reaction_of_the_same_person_counts_once(web: WebApi) -> None:
    ts = web.answer("chat.postMessage", CARD)["ts"]
    star = {"channel": "C1", "timestamp": ts, "name": "star"}
    assert [refused(web, f"reactions.{verb}", **star) for verb in ("add", "add", "remove", "remove")] == [
        None,
        "already_reacted",
        None,
        "no_reaction",
    ]


def test_a_trigger_serves_once_and_for_three_seconds(web: WebApi) -> None:
    once, late = web.new_trigger(), web.new_trigger()
    assert refused(web, "views.open", trigger_id=once, view=view()) is None
    assert refused(web, "views.open", trigger_id=once, view=view()) == "exchanged_trigger_id"
    web.clock.forward(3.1)
    assert refused(web, "views.open", trigger_id=late, view=view()) == "expired_trigger_id"


def test_three_modals_lie_over_each_other_and_each_person_has_their_own(web: WebApi) -> None:
    first = opened(web)
    pushed = [web.answer("views.push", {"trigger_id": web.new_trigger(), "view": view()}) for _ in range(3)]
    theirs = web.answer("views.open", {"trigger_id": web.new_trigger("U2"), "view": view()})
    assert [answer.get("error") for answer in pushed] == [None, None, "push_limit_reached"]
    assert [pushed[1]["view"][key] for key in ("root_view_id", "previous_view_id")] == [
        first["id"],
        pushed[0]["view"]["id"],
    ]
    assert (len(web.stacks["U1"]), web.stacks["U2"]) == (3, [theirs["view"]["id"]])


def test_a_push_needs_an_open_modal(web: WebApi) -> None:
    assert refused(web, "views.push", trigger_id=web.new_trigger(), view=view()) == "not_found"


def test_an_old_hash_a_closed_modal_and_a_taken_external_id_are_refused(web: WebApi) -> None:
    first = opened(web, external_id="one")
    web.answer("views.update", {"view_id": first["id"], "view": view()})
    assert refused(web, "views.update", view_id=first["id"], hash=first["hash"], view=view()) == "hash_conflict"
    web.close_top("U1")
    assert refused(web, "views.update", view_id=first["id"], view=view()) == "not_found"
    opened(web, external_id="two")
    again = {"trigger_id": web.new_trigger("U2"), "view": view(external_id="two")}
    assert refused(web, "views.open", **again) == "duplicate_external_id"


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"title": {"type": "plain_text", "text": "T" * 25}}, "invalid_arguments"),
        ({"private_metadata": "x" * 3_001}, "invalid_arguments"),
        ({"callback_id": "x" * 256}, "invalid_arguments"),
        ({"blocks": [TEXT] * 101}, "invalid_blocks"),
        ({"blocks": [{"type": "markdown", "text": "x"}]}, "invalid_blocks"),
        ({"private_metadata": "x", "blocks": [TEXT], "filler": "x" * 250_000}, "view_too_large"),
    ],
)
def test_a_modal_over_slacks_limits_is_refused(web: WebApi, more: dict[str, Any], word: str) -> None:
    assert refused(web, "views.open", trigger_id=web.new_trigger(), view=view(**more)) == word


def test_what_was_typed_stays_only_where_the_block_keeps_its_id(web: WebApi) -> None:
    shown = web.views[opened(web)["id"]]
    shown.state = {"note": {"typed": {"value": "x"}}, "gone": {"typed": {"value": "y"}}}
    web.replace_view(shown, view(blocks=[{**TEXT, "block_id": "note"}]))
    assert shown.state == {"note": {"typed": {"value": "x"}}}


def test_a_slow_home_does_not_overwrite_a_newer_one(web: WebApi) -> None:
    home = {"type": "home", "blocks": [TEXT]}
    first = web.answer("views.publish", {"user_id": "U1", "view": home})["view"]["hash"]
    web.answer("views.publish", {"user_id": "U1", "view": home, "hash": first})
    assert refused(web, "views.publish", user_id="U1", view=home, hash=first) == "hash_conflict"


def test_members_come_page_by_page_and_guests_and_strangers_are_described(web: WebApi) -> None:
    web.person("U2", email="ann@x.example", team_id="T2", is_restricted=True)
    first = web.answer("conversations.members", {"channel": "C1", "limit": 2})
    second = web.answer("conversations.members", {"channel": "C1", "cursor": first["response_metadata"]["next_cursor"]})
    found = web.answer("users.lookupByEmail", {"email": "ANN@x.example"})["user"]
    assert first["members"] + second["members"] == ["U1", "U2", "UBOT"]
    assert [found[key] for key in ("id", "team_id", "is_restricted", "is_admin")] == ["U2", "T2", True, False]


async def test_a_response_url_serves_five_times_within_thirty_minutes() -> None:
    async with SlackDouble().serve() as slack, httpx.AsyncClient() as anyone:
        url, late = slack.new_response_url(), slack.new_response_url()
        told = [(await anyone.post(url, json={"text": "x"})).text for _ in range(6)]
        slack.web.clock.forward(30 * 60 + 1)
        expired = await anyone.post(late, json={"text": "x"})
    assert (told, expired.status_code, expired.text) == (["ok"] * 5 + ["used_url"], 404, "expired_url")


async def test_a_response_url_makes_no_private_card_public_but_may_delete_it_and_post_a_new_one() -> None:
    async with SlackDouble().serve() as slack, httpx.AsyncClient() as anyone:
        private = slack.web.whisper_to("C1", "U1", {"text": "Jane"})
        url = slack.new_response_url(origin=private)
        public = {"text": "Jane", "response_type": "in_channel", "replace_original": True}
        told = [await anyone.post(url, json=message) for message in (public, {"delete_original": True})]
        await anyone.post(url, json={"text": "Jane, shared", "response_type": "in_channel"})
    assert [answer.status_code for answer in told] == [404, 200]
    assert (slack.web.ephemerals, [m["text"] for m in slack.web.channels["C1"].messages.values()]) == (
        [],
        ["Jane, shared"],
    )


async def test_trouble_comes_on_demand_a_cut_connection_or_429_with_when_to_come_again() -> None:
    bot = {"authorization": "Bearer xoxb-test"}
    async with SlackDouble().serve() as slack, httpx.AsyncClient(headers=bot) as anyone:
        slack.broken_answers = 1
        with pytest.raises(httpx.TransportError):
            await anyone.post(f"{slack.url}/api/users.info", json={"user": "U1"})
        slack.busy_answers = 1
        busy = await anyone.post(f"{slack.url}/api/users.info", json={"user": "U1"})
    assert (busy.status_code, busy.headers["retry-after"], busy.json()["error"]) == (429, "7", "ratelimited")


async def test_slacks_rates_are_kept_on_demand_a_second_for_a_channels_message_and_a_minute_for_a_method() -> None:
    bot = {"authorization": "Bearer xoxb-test"}
    async with SlackDouble().serve() as slack, httpx.AsyncClient(headers=bot, base_url=slack.url) as anyone:
        slack.keeps_rates = True
        slack.web.channel("C1")
        posted = [await anyone.post("/api/chat.postMessage", json={"channel": "C1", "text": "x"}) for _ in range(2)]
        slack.web.clock.forward(1.1)
        posted.append(await anyone.post("/api/chat.postMessage", json={"channel": "C1", "text": "x"}))
        updates = [await anyone.post("/api/chat.update", json={"channel": "C1", "ts": "1.1"}) for _ in range(51)]
    assert [(answer.status_code, answer.headers.get("retry-after")) for answer in posted] == [
        (200, None),
        (429, "1"),
        (200, None),
    ]
    assert ([a.status_code for a in updates], updates[-1].headers["retry-after"]) == ([200] * 50 + [429], "60")
