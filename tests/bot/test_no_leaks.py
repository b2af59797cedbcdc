"""Whoever does whatever with whichever contact: nobody is sent a word of a contact that they may not see.

A new surface is one line of SURFACES. LEAK_EXAMPLES sets another number of examples.
"""

import os
from collections.abc import Awaitable, Callable, Iterator
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from blocks.ids import FIND_PERSONA, FROM_MESSAGE
from storage.embedded import EmbeddedServer
from tests.bot.conftest import sample_database, work
from tests.bot.leak_people import BY_ID, LOOKERS, STRANGER_TEAM, VISIBILITIES, plain
from tests.bot.leak_stage import WHOM, Stage, Whom
from tests.bot.rig import Rig
from tests.doubles import slack_events
from tests.doubles.slack_person import Person, Shown

EXAMPLES = int(os.environ.get("LEAK_EXAMPLES", "40"))
_SEARCH: Final = "Type a name"
Surface = Callable[[Stage, Person, Whom], Awaitable[None]]


def _typed(how: Callable[[Whom], str]) -> Surface:
    async def type_command(stage: Stage, person: Person, whom: Whom) -> None:
        stage.typed.append(how(whom).removeprefix("basic "))
        await person.command(how(whom), team_id=person.slack.web.team_of(person.user_id))

    return type_command


def _pressed(place: str) -> Surface:
    async def press(stage: Stage, person: Person, whom: Whom) -> None:
        await stage.press_all(person, whom.seen[place])

    return press


def _from(person: Person) -> dict[str, str]:
    """How an event says that its author belongs to another organisation."""
    return {"user_team": STRANGER_TEAM} if BY_ID[person.user_id].role == "stranger" else {}


async def _mention(stage: Stage, person: Person, whom: Whom) -> None:
    stage.typed.append(whom.contact.email or "")
    said = person.say(f"<@UBOT> {whom.contact.email}")
    await stage.slack.event(
        person.app, slack_events.app_mention(person.user_id, said.text, "C1", said.ts, **_from(person))
    )


async def _from_message(stage: Stage, person: Person, whom: Whom) -> None:
    said = person.say(f"{whom.contact.name} wrote from {whom.contact.email}")
    await person.message_shortcut(FROM_MESSAGE, said)
    await work(stage.services)
    if person.modal:
        shown = Shown(person.modal.content, origin=person.modal.origin)
        await stage.press_all(person, shown)


async def _search(stage: Stage, person: Person, whom: Whom) -> None:
    for typed in (whom.contact.name.split()[0], whom.contact.email or ""):
        await person.shortcut(FIND_PERSONA)
        if person.modal and _SEARCH in person.modal.labels:
            offered = await person.suggest(_SEARCH, typed)
            stage.offered.append((person.user_id, offered))
            if offered:
                await person.choose(_SEARCH, offered[0])


async def _link(stage: Stage, person: Person, whom: Whom) -> None:
    said = person.say(f"<{whom.link}>")
    await stage.slack.event(
        person.app, slack_events.link_shared(person.user_id, whom.link, "C1", said.ts, **_from(person))
    )


async def _ask(stage: Stage, person: Person, whom: Whom) -> None:
    room = stage.slack.web.direct_channel(person.user_id)
    for question in (f"What worries {whom.contact.name}?", f"Who else is like {whom.contact.email}?"):
        said = person.say(question, channel=room.channel_id)
        event = slack_events.direct_message(person.user_id, question, room.channel_id, said.ts, **_from(person))
        await stage.slack.event(person.app, event)


async def _messages_tab(stage: Stage, person: Person, _: Whom) -> None:
    room = stage.slack.web.direct_channel(person.user_id)
    ts = stage.slack.web.next_ts()
    event = slack_events.app_home_opened(person.user_id, room.channel_id, ts, None, "messages")
    await stage.slack.event(person.app, {**event, **_from(person)})


async def _home(stage: Stage, person: Person, _: Whom) -> None:
    room = stage.slack.web.direct_channel(person.user_id)
    event = slack_events.app_home_opened(person.user_id, room.channel_id, stage.slack.web.next_ts(), None)
    await stage.slack.event(person.app, {**event, **_from(person)})


async def _digest(stage: Stage, _: Person, __: Whom) -> None:
    await stage.post_digest()


SURFACES: dict[str, Surface] = {
    "command by name": _typed(lambda whom: whom.contact.name),
    "command by first name": _typed(lambda whom: whom.contact.name.split()[0]),
    "command by surname": _typed(lambda whom: whom.contact.name.split()[-1]),
    "command by a slip of the name": _typed(lambda whom: whom.contact.name[:-1]),
    "command by address": _typed(lambda whom: whom.contact.email or ""),
    "command without the correspondence": _typed(lambda whom: f"basic {whom.contact.name}"),
    "everything on the card": _pressed("card"),
    "everything on the insights tab": _pressed("insights"),
    "everything in the evidence": _pressed("evidence"),
    "everything in the history": _pressed("history"),
    "everything among similar contacts": _pressed("similar"),
    "everything on the shared card": _pressed("shared"),
    "mention": _mention,
    "message shortcut": _from_message,
    "search": _search,
    "link": _link,
    "conversation": _ask,
    "messages tab": _messages_tab,
    "home": _home,
    "everything on a manager's home": _pressed("home"),
    "digest": _digest,
    "everything on the digest": _pressed("digest"),
}
_SILENT = {"messages tab", "everything among similar contacts", "everything on a manager's home", "digest"}
"""Surfaces that are not about one contact."""


@pytest.fixture(scope="module")
def stage(server: EmbeddedServer, sample_template: str) -> Iterator[Stage]:
    """One stage for all tests here: making it takes seconds."""
    with sample_database(server, sample_template) as url, Rig(url) as rig:
        made = Stage(rig)
        rig.run(made.set_up())
        yield made


def test_nobody_is_sent_a_word_of_a_contact_they_may_not_see(stage: Stage) -> None:
    @examples(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(
        st.sampled_from([one.user_id for one in LOOKERS]),
        st.lists(st.sampled_from([one.user_id for one in LOOKERS]), max_size=2).map(tuple),
        st.sampled_from(VISIBILITIES),
        st.sampled_from(range(len(WHOM))),
        st.lists(st.sampled_from(list(SURFACES)), unique=True, min_size=1, max_size=6),
    )
    def hold(user_id: str, beside: tuple[str, ...], visibility: str, whom: int, surfaces: list[str]) -> None:
        async def act() -> None:
            person = await stage.act_as(user_id, beside, visibility)
            for surface in surfaces:
                await SURFACES[surface](stage, person, stage.whom[whom])
                await work(stage.services)

        stage.rig.run(act())
        assert stage.leaks() == []

    hold()


@pytest.mark.parametrize("surface", [name for name in SURFACES if name not in _SILENT])
def test_each_surface_does_tell_a_manager(stage: Stage, surface: str) -> None:
    async def act() -> str:
        manager = await stage.act_as("UMAN", (), "owner")
        await SURFACES[surface](stage, manager, stage.whom[0])
        await work(stage.services)
        return stage.told("UMAN")

    assert plain(stage.whom[0].contact.name) in stage.rig.run(act())
