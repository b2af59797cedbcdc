"""Share, from the button on a private card to the message in a channel, as a person does it."""

import json

import pytest

from bot.wiring import Services
from storage.posts import post_at
from tests.bot.conftest import work
from tests.bot.test_audience import choose
from tests.doubles.slack_person import Person
from tests.doubles.slack_server import SlackDouble

JANE = "Jane Doe"
NOTE = "<!channel> read *this*"


async def open_form(rep: Person, services: Services) -> None:
    """Opens the form from the card of Jane's written persona."""
    await rep.command(JANE)
    await work(services)
    await rep.press("Share…")


def posted(rep: Person) -> list[str]:
    """The messages of the bot in the channel that name Jane."""
    messages = rep.room().messages.items()
    return [ts for ts, message in messages if message.get("user") == "UBOT" and JANE in str(message.get("text"))]


def told(rep: Person) -> str:
    return rep.modal.says if rep.modal else ""


async def test_a_card_is_shared_with_a_note_and_stands_where_reactions_find_it(rep: Person, services: Services) -> None:
    await open_form(rep, services)
    await rep.fill("Note above the card", NOTE)
    await rep.submit()
    assert "Sharing" in told(rep)
    await work(services)
    [ts] = posted(rep)
    workspace_id = await services.default_workspace()
    async with services.database.workspace(workspace_id) as connection:
        post = await post_at(connection, workspace_id, "C1", ts)
    assert post is not None
    assert (post.posted_by, post.note, post.version) == ("U1", NOTE, 1)
    assert "The persona is posted" in told(rep)
    message = rep.room().messages[ts]
    [quoted] = [b for b in message["blocks"] if b["type"] == "rich_text" and "read *this*" in json.dumps(b)]
    assert (quoted["elements"][0]["elements"][0]["type"], "<!channel>" in message["text"]) == ("text", False)


async def test_what_stands_in_a_channel_is_posted_there_again_only_with_another_note(
    rep: Person, services: Services
) -> None:
    answers = []
    for note in ("", "", "for Bob", "for Bob"):
        await open_form(rep, services)
        if note:
            await rep.fill("Note above the card", note)
        await rep.submit()
        await work(services)
        answers.append(("stands" in told(rep) and "wasn't posted again" in told(rep), len(posted(rep))))
        await rep.close()
    assert answers == [(False, 1), (True, 1), (False, 2), (True, 2)]


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"U1"}, "/invite @Persona"),
        ({"U1", "UBOT", "UGUEST"}, "A guest can read this channel"),
        ({"U1", "UBOT", "U2"}, "Not everyone in that channel may see"),
    ],
)
async def test_where_it_may_not_stand_the_reason_is_told_in_the_form(
    rep: Person, slack: SlackDouble, services: Services, members: set[str], reason: str
) -> None:
    workspace_id = await services.default_workspace()
    [jane] = (await services.engine(workspace_id).find("jane.doe@northwind.example"))[:1]
    slack.web.person("U1", email=jane.contact.owner_email)
    slack.web.person("U2", email="nobody@sales.example")
    slack.web.person("UGUEST", is_restricted=True)
    await choose(services, workspace_id, "owner")
    slack.web.channels["C1"].members.clear()
    slack.web.channels["C1"].members.update(members)
    await open_form(rep, services)
    await rep.submit()
    await work(services)
    assert (reason in told(rep), posted(rep)) == (True, [])


async def test_a_card_without_a_persona_has_nothing_to_share(rep: Person) -> None:
    shown = await rep.command(JANE)
    assert shown is not None
    assert "Share…" not in shown.labels
