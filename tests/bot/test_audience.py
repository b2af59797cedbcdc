"""Who may see whose contacts, and what a whole channel may see."""

from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from bot.actors import Actor, Team
from bot.audience import Audience
from bot.wiring import Services
from persona.errors import ChannelRefusedError, ContactNotFoundError, NotForYouError
from persona.visibility import NOBODY, MemberRole
from storage.database import AsyncConnection, Database
from storage.members import change_member, set_channel
from storage.store import WorkspaceStore
from storage.workspaces import change_settings, claim_default_workspace
from tests.doubles.slack_server import SlackDouble

ANN, BEA, CARL = "ann@sales.example", "bea@sales.example", "carl@sales.example"
NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
async def workspace_id(services: Services) -> int:
    return await services.default_workspace()


class Clock:
    """Now, until told otherwise."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def audience(services: Services, slack: SlackDouble, clock: Clock) -> Audience:
    """An audience that remembers nothing in the process: asked again, it looks again."""
    slack.web.person("UANN", email=ANN)
    slack.web.person("UBEA", email=BEA)
    slack.web.person("UCARL", email="carl@private.example")
    return Audience(database=services.database, calls=services.slack_calls, clock=clock, remember_s=0)


async def choose(services: Services, workspace_id: int, visibility: str) -> None:
    async with services.database.workspace(workspace_id) as connection:
        await change_settings(connection, workspace_id, {"visibility": visibility})


async def put(services: Services, workspace_id: int, user_id: str, **given: str) -> None:
    async with services.database.workspace(workspace_id) as connection:
        role = MemberRole(given.pop("role")) if "role" in given else None
        await change_member(connection, workspace_id, user_id, role=role, **given)


@pytest.mark.parametrize(
    ("visibility", "owners"),
    [("everyone", None), ("owner", {ANN}), ("team", {ANN, BEA})],
)
async def test_a_rep_sees_whose_contacts_the_workspace_chose(
    services: Services, audience: Audience, workspace_id: int, visibility: str, owners: set[str] | None
) -> None:
    await choose(services, workspace_id, visibility)
    for user_id in ("UANN", "UBEA"):
        await audience.member(workspace_id, user_id)
        await put(services, workspace_id, user_id, team="north")
    assert (await audience.member(workspace_id, "UANN")).owners == owners


async def test_a_member_may_own_contacts_under_the_address_the_crm_knows(
    services: Services, audience: Audience, workspace_id: int
) -> None:
    await choose(services, workspace_id, "owner")
    await audience.member(workspace_id, "UCARL")
    await put(services, workspace_id, "UCARL", owner_email=CARL.upper())
    assert (await audience.member(workspace_id, "UCARL")).owners == {CARL, "carl@private.example"}


async def test_managers_and_slack_s_admins_see_everyone_s_contacts(
    services: Services, slack: SlackDouble, audience: Audience, workspace_id: int
) -> None:
    await choose(services, workspace_id, "owner")
    slack.web.person("UADMIN", is_admin=True)
    await put(services, workspace_id, "UANN", role="manager")
    seen = [(v.role.value, v.owners) for v in [await audience.member(workspace_id, u) for u in ("UADMIN", "UANN")]]
    assert seen == [("admin", None), ("manager", None)]


async def test_a_role_an_admin_gave_outlives_what_slack_says_the_next_day(
    services: Services, slack: SlackDouble, audience: Audience, workspace_id: int, clock: Clock
) -> None:
    slack.web.person("UADMIN", is_admin=True)
    await audience.member(workspace_id, "UADMIN")
    await put(services, workspace_id, "UADMIN", role="rep")
    clock.now += timedelta(days=2)
    assert (await audience.member(workspace_id, "UADMIN")).role is MemberRole.REP


@pytest.mark.parametrize(
    "actor",
    [Actor(Team("T1"), "UGUEST", "T1"), Actor(Team("T1"), "UELSE", "T2"), Actor(Team("T1", "E1"), "UELSE", "T2")],
)
async def test_guests_and_people_of_other_organisations_see_nobody(
    slack: SlackDouble, audience: Audience, workspace_id: int, actor: Actor
) -> None:
    slack.web.person("UGUEST", is_restricted=True)
    with pytest.raises(NotForYouError):
        await audience.viewer(workspace_id, actor)


async def test_in_an_organisation_its_other_teams_are_at_home_and_another_organisation_s_are_not(
    services: Services, slack: SlackDouble, audience: Audience
) -> None:
    workspace_id = await claim_default_workspace(services.database, "T1", "E1")
    slack.web.person("USISTER", team_id="T2", enterprise_id="E1")
    slack.web.person("UELSE", team_id="T2", enterprise_id="E2")
    seen = []
    for user_id in ("USISTER", "UELSE"):
        actor = Actor(Team("T1", "E1"), user_id, "T2")
        seen.append((await audience.is_foreign(workspace_id, actor), (await audience.member(workspace_id, user_id))))
    assert [(foreign, viewer is NOBODY) for foreign, viewer in seen] == [(False, False), (True, True)]


async def test_whose_team_only_slack_tells_is_a_guest_when_it_is_another(
    services: Services, slack: SlackDouble, audience: Audience
) -> None:
    """In a shared channel an event may not say so, and `is_stranger` is false there."""
    workspace_id = await claim_default_workspace(services.database, "T1")
    slack.web.person("UELSE", team_id="T2", is_stranger=False)
    assert await audience.member(workspace_id, "UELSE") is NOBODY


async def test_while_slack_is_silent_a_member_has_no_address(
    services: Services, slack: SlackDouble, audience: Audience, workspace_id: int
) -> None:
    await choose(services, workspace_id, "owner")
    slack.busy_answers = 1
    assert (await audience.member(workspace_id, "UANN")).owners == frozenset()


async def test_what_a_store_does_not_see_is_not_there(services: Services, workspace_id: int) -> None:
    everything = WorkspaceStore(services.database, workspace_id)
    [match] = (await everything.find_contacts("jane.doe@northwind.example"))[:1]
    owner = (match.contact.owner_email or "").lower()
    theirs = WorkspaceStore(services.database, workspace_id, owners=frozenset({owner}))
    others = WorkspaceStore(services.database, workspace_id, owners=frozenset({"nobody@sales.example"}))
    assert [m.contact.key for m in await theirs.find_contacts("Jane Doe")][:1] == [match.contact.key]
    assert (await others.find_contacts("Jane Doe"), await others.answer_stored("Jane Doe")) == ([], None)
    with pytest.raises(ContactNotFoundError):
        await others.load_contact(match.contact.key)


async def test_a_channel_sees_what_each_of_its_members_may_see_and_bots_do_not_count(
    services: Services, slack: SlackDouble, audience: Audience, workspace_id: int
) -> None:
    await choose(services, workspace_id, "team")
    for user_id in ("UANN", "UBEA"):
        await audience.member(workspace_id, user_id)
    await put(services, workspace_id, "UANN", team="north")
    await put(services, workspace_id, "UBEA", team="north", owner_email=CARL)
    slack.web.channel("C1", members={"UBOT", "UANN", "UBEA"})
    slack.web.channel("C2", members={"UBOT", "UANN", "UCARL"})
    seen = [(await audience.of_channel(workspace_id, channel)).owners for channel in ("C1", "C2")]
    assert seen == [{ANN, BEA, CARL}, frozenset()]


async def test_a_channel_with_guests_or_strangers_is_refused_until_an_admin_allows_it(
    services: Services, slack: SlackDouble, audience: Audience, workspace_id: int
) -> None:
    slack.web.person("UGUEST", is_ultra_restricted=True)
    slack.web.channel("C1", members={"UBOT", "UANN", "UGUEST"})
    slack.web.channel("C2", shared=True)
    for channel, reader in (("C1", "A guest can read"), ("C2", "People of another organisation can read")):
        with pytest.raises(ChannelRefusedError, match=reader):
            await audience.of_channel(workspace_id, channel)
        async with services.database.workspace(workspace_id) as connection:
            await set_channel(connection, workspace_id, channel, allowed=True, by="UADMIN")
        assert (await audience.of_channel(workspace_id, channel)).owners is None


class Counting:
    """A database that counts its sessions."""

    def __init__(self, database: Database) -> None:
        self._database, self.sessions = database, 0

    def workspace(self, workspace_id: int) -> AbstractAsyncContextManager[AsyncConnection]:
        self.sessions += 1
        return self._database.workspace(workspace_id)


async def test_a_channel_whose_members_are_known_is_read_in_two_sessions_however_many_they_are(
    services: Services, slack: SlackDouble, clock: Clock, workspace_id: int
) -> None:
    members = {f"U{number}" for number in range(60)}
    slack.web.channel("C1", members=members)
    counting = Counting(services.database)
    audience = Audience(database=cast(Database, counting), calls=services.slack_calls, clock=clock, remember_s=0)
    first = await audience.of_channel(workspace_id, "C1")
    counting.sessions, slack.api_calls[:] = 0, []
    assert (await audience.of_channel(workspace_id, "C1"), counting.sessions) == (first, 2)
    assert slack.api_calls == ["conversations.info", "conversations.members"]


async def test_a_direct_message_is_seen_by_the_one_it_goes_to(
    services: Services, audience: Audience, workspace_id: int
) -> None:
    await choose(services, workspace_id, "owner")
    assert (await audience.of_channel(workspace_id, "UANN")).owners == {ANN}
