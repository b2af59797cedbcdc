"""A request that can't be served is answered with a sentence where its sender looks."""

import json
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from blocks.ids import SHARE_FORM
from bot.wiring import Services
from storage.tables import members
from tests.bot.conftest import work
from tests.doubles import slack_requests as requests
from tests.doubles.slack_person import Person
from tests.doubles.slack_server import SlackDouble

GUEST = "UGUEST"
NOT_FOR_YOU = "for full members of this workspace"


async def make_guest(slack: SlackDouble, services: Services) -> None:
    """The rep becomes a guest after they used the bot."""
    slack.web.person("U1", is_restricted=True)
    services.audience.forget(await services.default_workspace(), "U1")
    async with services.database.workspace(await services.default_workspace()) as connection:
        await connection.execute(update(members).values(guest=True))


def said(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False)


async def test_a_form_that_is_refused_says_why_in_the_modal(app: httpx.AsyncClient, slack: SlackDouble) -> None:
    slack.web.person(GUEST, is_restricted=True)
    values = {"channel": {"channel": {"selected_conversation": "C1"}}, "note": {"note": {"value": None}}}
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": SHARE_FORM,
        "private_metadata": "1:1",
        "state": {"values": values},
    }
    form = requests.view_submission(slack.space, requests.user_of(GUEST, slack.team_id), view, [])
    answer = await slack.interact(app, form)
    assert (answer["response_action"], answer["view"]["type"]) == ("update", "modal")
    assert NOT_FOR_YOU in said(answer["view"]["blocks"]).lower()


async def test_a_shortcut_that_is_refused_says_why_to_who_chose_it(app: httpx.AsyncClient, slack: SlackDouble) -> None:
    slack.web.person("U1", is_restricted=True)
    url = slack.new_response_url()
    message = {"user": "U9", "ts": "1763800000.000100", "text": "Jane Doe"}
    user = requests.user_of("U1", slack.team_id)
    payload = requests.message_action(slack.space, user, "persona_from_message", "C1", message)
    await slack.interact(app, payload | {"response_url": url, "trigger_id": slack.web.new_trigger("U1")})
    [post] = slack.posts_to(url)
    assert (NOT_FOR_YOU in said(post).lower(), post["replace_original"]) == (True, False)


async def test_a_press_in_a_modal_that_is_refused_lays_the_reason_over_it(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services
) -> None:
    await slack.shortcut(app, "Call with Jane Doe")
    [view_id] = slack.web.views
    await work(services)
    await make_guest(slack, services)
    await slack.press_in_view(app, view_id, "Post into the thread")
    assert any(NOT_FOR_YOU in said(view.view["blocks"]).lower() for view in slack.web.views.values())


async def test_a_press_in_the_home_that_is_refused_opens_the_reason(rep: Person, services: Services) -> None:
    await rep.open_home()
    await work(services)
    await make_guest(rep.slack, services)
    await rep.press("Open")
    assert rep.modal is not None
    assert NOT_FOR_YOU in rep.modal.says.lower()


async def test_a_press_that_fails_never_costs_the_card(rep: Person, services: Services) -> None:
    await rep.command("Jane Doe")
    await work(services)
    [card] = [shown.says for shown in rep.sees]
    rep.slack.busy_answers = 1
    await rep.press("Evidence")
    assert [shown.says.split(".")[0] for shown in rep.sees] == [
        card.split(".")[0],
        "Slack did not take what was to be shown or sent",
    ]


async def test_a_press_whose_failure_cannot_be_told_is_shown_as_failed_by_slack(
    rep: Person, services: Services
) -> None:
    await rep.command("Jane Doe")
    await work(services)
    rep.slack.busy_answers = 5
    with pytest.raises(AssertionError, match="dispatch_failed: 422"):
        await rep.press("Evidence")
