"""The Home tab as its members use it: what it says by role, whom it opens, and when it is published."""

from bot.wiring import Services
from persona.errors import NotForYouError
from tests.bot.conftest import work
from tests.bot.test_audience import choose, put
from tests.doubles.slack_person import Person


async def opened(rep: Person, services: Services) -> str:
    await rep.open_home()
    await work(services)
    assert rep.home
    return rep.home.says


async def test_a_rep_reads_whose_persona_is_new_and_no_figures_of_the_team(rep: Person, services: Services) -> None:
    await rep.command("Jane Doe")
    await work(services)
    said = await opened(rep, services)
    assert ("Newest personas" in said, "Jane Doe" in said, "How Persona is used" in said) == (True, True, False)


async def test_a_manager_reads_how_it_is_used_also_before_anybody_rated(rep: Person, services: Services) -> None:
    workspace_id = await services.default_workspace()
    await opened(rep, services)
    await put(services, workspace_id, "U1", role="manager")
    services.audience.forget(workspace_id, "U1")
    said = await opened(rep, services)
    assert ("Contacts with a persona" in said, "No ratings yet" in said) == (True, True)


async def test_a_manager_sees_the_weeks_as_a_chart_and_as_bars_where_slack_takes_none(
    rep: Person, services: Services
) -> None:
    workspace_id = await services.default_workspace()
    await put(services, workspace_id, "U1", role="manager")
    await rep.command("Jane Doe")
    await work(services)
    drawn = [await opened(rep, services), rep.slack.web.homes["U1"].view["blocks"]]
    rep.slack.native = False
    await rep.command("Katrin Vogel")
    await work(services)
    barred = [await opened(rep, services), rep.slack.web.homes["U1"].view["blocks"]]
    kinds = [[block["type"] for block in blocks].count("data_visualization") for _, blocks in (drawn, barred)]
    assert (kinds, "1 this week" in str(drawn[0]), "█" in str(barred[0])) == ([1, 0], True, True)


async def test_a_contact_of_the_home_opens_in_a_modal(rep: Person, services: Services) -> None:
    said = await opened(rep, services)
    await rep.press("Open")
    assert rep.modal
    assert rep.modal.says == "Fetching the persona…"
    await work(services)
    name = rep.modal.says.split(" · ")[0]
    assert said.split("Contacts that need attention\n")[1].startswith((name, f"*{name}*"))


async def test_the_home_opens_the_search(rep: Person, services: Services) -> None:
    await opened(rep, services)
    await rep.press("Find a persona…")
    assert await rep.suggest("Type a name", "Katr") == ["Katrin Vogel · Brennhaus Maschinen GmbH"]


async def test_a_home_that_would_say_the_same_is_not_published_again(rep: Person, services: Services) -> None:
    await opened(rep, services)
    before = rep.slack.web.homes["U1"].hash
    await opened(rep, services)
    assert rep.slack.web.homes["U1"].hash == before


async def test_a_home_never_replaces_one_published_after_it_was_asked_for(rep: Person, services: Services) -> None:
    await opened(rep, services)
    await rep.command("Jane Doe")
    await work(services)
    await rep.open_home()
    rep.slack.web.homes["U1"].hash = newer = "newer"
    await work(services)
    assert rep.slack.web.homes["U1"].hash == newer


async def test_a_rep_who_owns_nobody_reads_no_name(rep: Person, services: Services) -> None:
    await rep.command("Jane Doe")
    await work(services)
    workspace_id = await services.default_workspace()
    rep.slack.web.person("U1", email="nobody@sales.example")
    await choose(services, workspace_id, "owner")
    services.audience.forget(workspace_id, "U1")
    said = await opened(rep, services)
    assert ("There is no contact here that you may see." in said, "Jane Doe" in said) == (True, False)


async def test_a_guest_reads_why_there_is_nothing(rep: Person, services: Services) -> None:
    rep.slack.web.person("U1", is_restricted=True)
    assert NotForYouError.user_message in await opened(rep, services)
