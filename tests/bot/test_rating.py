"""Rating, as people do it: reactions on a shared card, the select of any card, and the mean on every card."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import psycopg
import pytest
from psycopg.rows import dict_row

from blocks.ids import FROM_MESSAGE
from bot.posting import Reply
from bot.wiring import Services
from persona.model import CorrectionKind
from persona.ratings import Ratings
from storage.posts import post_at
from storage.ratings import ratings_of
from tests.bot.conftest import work
from tests.bot.test_audience import choose
from tests.doubles import slack_events
from tests.doubles.slack_person import Person, Shown
from tests.doubles.slack_server import SlackDouble

JANE = "Jane Doe"


@pytest.fixture
async def card(rep: Person, slack: SlackDouble, services: Services) -> Shown:
    """Jane's card in the channel, which U1 to U4 read."""
    slack.web.channel("C1").members.update({"U2", "U3", "U4"})
    await rep.mention(JANE)
    await work(services)
    [ts] = [ts for ts, message in rep.room().messages.items() if message.get("user") == "UBOT"]
    return Shown(rep.room().messages[ts], "C1", ts)


@pytest.fixture
def others(slack: SlackDouble, app: httpx.AsyncClient) -> list[Person]:
    """Three more members of the workspace."""
    return [Person(slack, app, user_id) for user_id in ("U2", "U3", "U4")]


@pytest.fixture
async def rows(sample_url: str) -> AsyncIterator[psycopg.AsyncConnection[dict[str, Any]]]:
    """The database past row-level security, to look at and to let time pass."""
    owner = sample_url.replace("persona_app", "postgres")
    async with await psycopg.AsyncConnection.connect(owner, autocommit=True, row_factory=dict_row) as connection:
        yield connection


def mean(rep: Person, card: Shown) -> str:
    """What the shared card says of its ratings now."""
    rate = [b for b in rep.room().messages[card.ts]["blocks"] if b.get("accessory")]
    return str(rate[0]["text"]["text"]).split("  ·  ")[0]


async def let_ten_seconds_pass(rows: psycopg.AsyncConnection[dict[str, Any]]) -> None:
    await rows.execute(
        "UPDATE persona_posts SET drawn_at = drawn_at - interval '10 s', posted_at = posted_at - interval '11 s'"
    )
    await rows.execute("UPDATE procrastinate_jobs SET scheduled_at = scheduled_at - interval '10 s'")


def updates(slack: SlackDouble) -> int:
    return slack.api_calls.count("chat.update")


async def given(services: Services, card: Shown) -> Ratings:
    workspace_id = await services.default_workspace()
    async with services.database.workspace(workspace_id) as connection:
        post = await post_at(connection, workspace_id, "C1", card.ts)
        assert post is not None
        return await ratings_of(connection, workspace_id, post.persona_key)


async def test_reactions_of_a_team_stand_as_their_mean_on_the_card(
    rep: Person, others: list[Person], card: Shown, services: Services
) -> None:
    before = mean(rep, card)
    for person, name in zip([rep, *others], ("star", "four", "star2", "one"), strict=True):
        await person.react(name, card)
    await work(services)
    assert (before, mean(rep, card)) == ("Not rated yet", "★ 3.8 (n 4)")
    assert "Rated 3.8 of 5 (n 4)." in rep.room().messages[card.ts]["text"]


async def test_a_reaction_and_a_select_of_one_person_are_one_rating(
    rep: Person, card: Shown, services: Services
) -> None:
    await rep.react("star", card)
    await rep.pick("2 ★ Mostly wrong", on=card)
    assert await given(services, card) == Ratings(1, 2)
    await rep.react("four", card)
    assert await given(services, card) == Ratings(1, 4)
    await rep.unreact("four", card)
    assert await given(services, card) == Ratings(1, 2)


@pytest.mark.parametrize("name", ["tada", "+1", "stars", "six", "star-struck"])
async def test_reactions_that_say_no_stars_rate_nothing(
    rep: Person, card: Shown, services: Services, name: str
) -> None:
    await rep.react(name, card)
    assert await given(services, card) == Ratings()


@pytest.mark.parametrize(
    "who", [{"is_restricted": True}, {"is_ultra_restricted": True}, {"is_stranger": True}, {"is_bot": True}]
)
async def test_guests_strangers_and_bots_do_not_count(
    slack: SlackDouble, app: httpx.AsyncClient, card: Shown, services: Services, who: dict[str, bool]
) -> None:
    slack.web.person("U9", **who)
    slack.web.channel("C1").members.add("U9")
    await Person(slack, app, "U9").react("one", card)
    assert await given(services, card) == Ratings()


async def test_the_bot_s_own_reaction_does_not_count(
    slack: SlackDouble, app: httpx.AsyncClient, card: Shown, services: Services
) -> None:
    slack.web.person("UBOT", is_bot=True)
    item = slack_events.message_item("C1", card.ts)
    await slack.event(app, slack_events.reaction("reaction_added", "UBOT", "star", item, "1763800500.000001"))
    assert await given(services, card) == Ratings()


async def test_an_event_that_comes_again_changes_nothing(
    slack: SlackDouble, app: httpx.AsyncClient, card: Shown, services: Services
) -> None:
    item = slack_events.message_item("C1", card.ts)
    star = slack_events.reaction("reaction_added", "U1", "star", item, "1763800500.000001")
    gone = slack_events.reaction("reaction_removed", "U1", "star", item, "1763800500.000002")
    seen = []
    for event, event_id in ((gone, "Ev2"), (star, "Ev1"), (star, "Ev1"), (gone, "Ev2")):
        await slack.event(app, event, event_id=event_id, retry=1)
        seen.append(await given(services, card))
    assert seen == [Ratings()] * 4


async def test_a_hundred_reactions_draw_the_card_once_and_ten_seconds_later_once_more(
    rep: Person,
    slack: SlackDouble,
    card: Shown,
    services: Services,
    rows: psycopg.AsyncConnection[dict[str, Any]],
) -> None:
    drawn = []
    for _ in range(2):
        for name in ("one", "two", "three", "four", "five") * 10:
            await rep.react(name, card)
            await rep.unreact(name, card)
        await work(services)
        drawn.append(updates(slack))
    await let_ten_seconds_pass(rows)
    await work(services)
    assert [*drawn, updates(slack)] == [1, 1, 2]


async def test_the_select_of_a_private_card_shows_the_mean_on_it_and_asks_why(
    rep: Person, services: Services, rows: psycopg.AsyncConnection[dict[str, Any]]
) -> None:
    await rep.command(JANE)
    await work(services)
    await rep.command(JANE)
    await rep.pick("4 ★ Mostly right")
    assert rep.modal is not None
    assert "You rated this persona 4 ★ Mostly right. Rated 4.0 of 5 (n 1)." in rep.modal.says
    await rep.fill("Why? What is right or wrong?", "She <!channel> decides *alone*")
    await rep.submit()
    await work(services)
    [row] = await (await rows.execute("SELECT slack_user_id, source, stars, reason FROM ratings")).fetchall()
    assert row == {
        "slack_user_id": "U1",
        "source": "select",
        "stars": 4,
        "reason": "She <!channel> decides *alone*",
    }
    assert (rep.modal, "★ 4.0 (n 1)" in rep.sees[-1].says) == (None, True)
    again = await rep.command(JANE)
    assert again is not None
    assert "★ 4.0 (n 1)" in again.says


async def test_a_select_on_the_insights_tab_shows_that_tab_again(rep: Person, services: Services) -> None:
    await rep.command(JANE)
    await work(services)
    await rep.press("Behavioural insights")
    await work(services)
    await rep.pick("5 ★ Right")
    await rep.close()
    await work(services)
    assert ("★ 5.0 (n 1)" in rep.sees[-1].says, "Behavioural insights · measured" in rep.sees[-1].says) == (True, True)


async def test_a_private_rating_is_drawn_on_the_shared_card_too(rep: Person, card: Shown, services: Services) -> None:
    await rep.command(JANE)
    await rep.pick("3 ★ Half right", on=rep.sees[-1])
    await work(services)
    assert mean(rep, card) == "★ 3.0 (n 1)"


async def test_who_may_not_see_the_contact_rates_nothing(
    slack: SlackDouble, app: httpx.AsyncClient, card: Shown, services: Services
) -> None:
    stranger = Person(slack, app, "U9")
    slack.web.person("U9", email="nobody@sales.example")
    slack.web.channel("C1").members.add("U9")
    await choose(services, await services.default_workspace(), "owner")
    await stranger.react("star", card)
    await stranger.pick("5 ★ Right", on=card)
    assert (await given(services, card), stranger.modal) == (Ratings(), None)


async def test_a_reaction_on_a_message_that_is_no_card_leaves_no_trace(
    rep: Person, services: Services, rows: psycopg.AsyncConnection[dict[str, Any]]
) -> None:
    await rep.react("star", rep.say("Lunch?"))
    [row] = await (
        await rows.execute(
            "SELECT (SELECT count(*) FROM processed_events) AS events, (SELECT count(*) FROM ratings) AS ratings,"
            " (SELECT count(*) FROM procrastinate_jobs) AS jobs"
        )
    ).fetchall()
    assert row == {"events": 0, "ratings": 0, "jobs": 0}


@pytest.mark.parametrize(
    "changes",
    [
        {"item": None},
        {"item": "C1"},
        {"item": {"type": "message"}},
        {"item": {"type": "file", "file": "F1"}},
        {"item": {"type": "message", "channel": "C1\x00", "ts": "1.1"}},
        {"reaction": ["star"]},
        {"user": None},
    ],
)
async def test_a_reaction_that_slack_never_sends_is_acknowledged_and_rates_nothing(
    slack: SlackDouble, app: httpx.AsyncClient, card: Shown, services: Services, changes: dict[str, Any]
) -> None:
    item = slack_events.message_item("C1", card.ts)
    event = slack_events.reaction("reaction_added", "U1", "star", item, "1763800500.000001")
    await slack.event(app, {**event, **changes})
    assert await given(services, card) == Ratings()


async def test_a_card_in_a_modal_is_rated_over_it_and_stays_below(rep: Person, services: Services) -> None:
    await rep.message_shortcut(FROM_MESSAGE, rep.say("Jane Doe wants a call"))
    await work(services)
    await rep.pick("1 ★ Wrong")
    asked = rep.modal
    await rep.submit()
    assert asked is not None
    assert rep.modal is not None
    assert ("You rated this persona 1 ★ Wrong" in asked.says, "Post into the thread" in rep.modal.labels) == (
        True,
        True,
    )


async def test_people_who_rate_at_the_same_moment_all_count_once(
    rep: Person, others: list[Person], card: Shown, services: Services
) -> None:
    acts = [
        person.pick(label, on=card) for person in (rep, *others) for label in ("2 ★ Mostly wrong", "4 ★ Mostly right")
    ]
    await asyncio.gather(*acts, *(person.react("three", card) for person in (rep, *others)))
    await work(services)
    found = await given(services, card)
    assert (found.n, mean(rep, card)) == (4, f"★ {found.mean:.1f} (n 4)")


async def test_a_persona_written_anew_starts_unrated_and_keeps_the_older_s_rating(
    rep: Person, card: Shown, services: Services
) -> None:
    await rep.react("star", card)
    engine = services.engine(await services.default_workspace())
    jane = await engine.resolve("jane.doe@northwind.example")
    await engine.correct(jane.key, "pain_points", 1, kind=CorrectionKind.WRONG, by="sam")
    await rep.command(JANE)
    await rep.press("Refresh", on=rep.sees[-1])
    await work(services)
    again = await rep.command(JANE)
    assert again is not None
    assert ("Not rated yet" in again.says, mean(rep, card)) == (True, "★ 5.0 (n 1)")


async def test_a_busy_slack_draws_the_card_when_it_said_to_come_again(
    rep: Person, slack: SlackDouble, card: Shown, services: Services, rows: psycopg.AsyncConnection[dict[str, Any]]
) -> None:
    await rep.react("star", card)
    slack.busy_answers = 1
    # As a worker does while the next drawing waits already, whose name a failed job could not take again.
    asker = Reply(await services.default_workspace(), "U1")
    await services.surfaces.redrawing.redraw(reply=asker, channel_id="C1", message_ts=card.ts)
    await work(services)
    refused = mean(rep, card)
    await let_ten_seconds_pass(rows)
    await work(services)
    assert (refused, mean(rep, card)) == ("Not rated yet", "★ 5.0 (n 1)")


async def test_stars_stand_though_slack_cannot_ask_why(
    rep: Person, slack: SlackDouble, card: Shown, services: Services
) -> None:
    slack.busy_answers = 1
    before = len(rep.sees)
    await rep.pick("2 ★ Mostly wrong", on=card)
    await work(services)
    assert (rep.modal, mean(rep, card), len(rep.sees)) == (None, "★ 2.0 (n 1)", before)


async def test_a_card_that_a_guest_reads_by_now_is_withdrawn_and_its_rating_kept(
    rep: Person, slack: SlackDouble, card: Shown, services: Services
) -> None:
    slack.web.person("UGUEST", is_restricted=True)
    slack.web.channel("C1").members.add("UGUEST")
    await rep.react("star", card)
    await work(services)
    said = str(rep.room().messages[card.ts]["text"]).partition(".")[0]
    assert (await given(services, card), said) == (Ratings(1, 5), "This persona is no longer shown here")
