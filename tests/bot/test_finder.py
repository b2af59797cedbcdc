"""The global shortcut as a rep uses it: typing a name, choosing, reading the persona in the modal."""

import pytest

from bot.wiring import Services
from persona.errors import NotForYouError
from tests.bot.conftest import work
from tests.bot.test_audience import choose
from tests.doubles.slack_person import Person

SEARCH = "Type a name"


async def test_who_is_typed_is_offered_and_who_is_chosen_is_shown(rep: Person, services: Services) -> None:
    await rep.shortcut("find_persona")
    assert await rep.suggest(SEARCH, "Katr") == ["Katrin Vogel · Brennhaus Maschinen GmbH"]
    await rep.choose(SEARCH, "Katrin Vogel · Brennhaus Maschinen GmbH")
    assert rep.modal
    assert rep.modal.says == "Fetching the persona…"
    await work(services)
    assert ("Katrin Vogel · " in rep.modal.says, "Pain points" in rep.modal.says) == (True, True)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("jane d", ["Jane Doe · Northwind Logistics", "Jayne Doe · Corvid Supplies"]),
        ("vogel ka", ["Katrin Vogel · Brennhaus Maschinen GmbH"]),
        ("jane.doe@northwind.example", ["Jane Doe · Northwind Logistics"]),
        ("jane.doe@north", ["Jane Doe · Northwind Logistics"]),
        ("jose nun", ["José Núñez · Orbweaver Systems"]),
        ("qqqq zzzz", []),
        ("<!channel>", []),
    ],
)
async def test_a_beginning_a_slip_or_an_address_is_enough(rep: Person, typed: str, offered: list[str]) -> None:
    await rep.shortcut("find_persona")
    assert await rep.suggest(SEARCH, typed) == offered


async def test_only_contacts_one_may_see_are_offered(rep: Person, services: Services) -> None:
    workspace_id = await services.default_workspace()
    [jane] = (await services.engine(workspace_id).find("jane.doe@northwind.example"))[:1]
    rep.slack.web.person("U1", email="nobody@sales.example")
    rep.slack.web.person("U2", email=jane.contact.owner_email)
    await choose(services, workspace_id, "owner")
    await rep.shortcut("find_persona")
    owner = Person(rep.slack, rep.app, "U2")
    rep.slack.web.channel("C1").members.add("U2")
    await owner.shortcut("find_persona")
    assert [await rep.suggest(SEARCH, "Jane Doe"), (await owner.suggest(SEARCH, "Jane Doe"))[:1]] == [
        [],
        ["Jane Doe · Northwind Logistics"],
    ]


async def test_one_not_to_be_profiled_is_not_offered(rep: Person, services: Services) -> None:
    [found] = (await services.engine(await services.default_workspace()).find("Yolanda Pierce"))[:1]
    await rep.shortcut("find_persona")
    assert (found.contact.do_not_profile, await rep.suggest(SEARCH, "Yolanda Pierce")) == (True, [])


async def test_a_guest_reads_why_there_is_no_search(rep: Person) -> None:
    rep.slack.web.person("U1", is_restricted=True)
    await rep.shortcut("find_persona")
    assert rep.modal
    assert (rep.modal.elements, rep.modal.says) == ([], NotForYouError.user_message)
