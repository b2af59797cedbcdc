"""The settings form as an admin uses it: what it shows, keeps, refuses and writes down."""

from sqlalchemy import select

from blocks.settings_modal import KEEP_DAYS, SETTINGS_FORM, TOKENS
from bot.wiring import Services
from persona.preferences import Preferences
from persona.visibility import Visibility
from storage.tables import audit_log
from storage.workspaces import change_settings, load_preferences
from tests.bot.conftest import work
from tests.bot.test_audience import put
from tests.doubles.slack_filling import state_values
from tests.doubles.slack_person import Person
from tests.doubles.slack_state import View


async def become(services: Services, role: str) -> int:
    workspace_id = await services.default_workspace()
    await put(services, workspace_id, "U1", role=role)
    return workspace_id


async def at_home(rep: Person, services: Services, role: str = "admin") -> int:
    rep.slack.web.person("U1")
    await rep.open_home()
    await work(services)
    workspace_id = await become(services, role)
    services.audience.forget(workspace_id, "U1")
    await rep.open_home()
    await work(services)
    assert rep.home
    return workspace_id


async def chosen(services: Services, workspace_id: int) -> Preferences:
    async with services.database.workspace(workspace_id) as connection:
        return await load_preferences(connection, workspace_id)


async def audited(services: Services, workspace_id: int) -> list[tuple[str, str, object]]:
    async with services.database.workspace(workspace_id) as connection:
        rows = await connection.execute(select(audit_log.c.actor, audit_log.c.action, audit_log.c.details))
        return [(row.actor, row.action, row.details) for row in rows]


def filled(rep: Person) -> dict[str, object]:
    view = rep.modal and rep.modal.origin
    assert isinstance(view, View)
    return {
        name: next(iter(value.values())).get("value") or next(iter(value.values())).get("selected_option")
        for name, value in state_values(view).items()
    }


async def test_an_admin_changes_settings_and_their_home_and_the_audit_say_so(rep: Person, services: Services) -> None:
    workspace_id = await at_home(rep, services)
    await rep.press("Settings…")
    await rep.choose("A rep sees", "Only their own contacts")
    await rep.choose("Personas are written in", "German")
    await rep.fill("Most US dollars a day", "2.50")
    await rep.choose("Live prompt variants", ["default", "motives"])
    await rep.submit()
    await work(services)
    known = await chosen(services, workspace_id)
    assert (rep.modal, known.visibility, known.language, known.daily_budget_usd, known.variants) == (
        None,
        Visibility.OWNER,
        "de",
        2.5,
        {"default": 1.0, "motives": 1.0},
    )
    assert await audited(services, workspace_id) == [
        (
            "U1",
            "change_settings",
            {
                "visibility": {"from": "everyone", "to": "owner"},
                "language": {"from": "en", "to": "de"},
                "daily_budget_usd": {"from": None, "to": 2.5},
                "variants": {"from": {"default": 1.0}, "to": {"default": 1.0, "motives": 1.0}},
            },
        )
    ]
    assert rep.home
    said = rep.home.says.replace("\n · ", " · ").splitlines()
    assert {"A rep sees · only their own contacts", "In · German"} <= set(said)


async def test_the_form_shows_what_is_chosen_and_saving_it_as_it_is_changes_nothing(
    rep: Person, services: Services
) -> None:
    workspace_id = await at_home(rep, services)
    given = {
        "daily_tokens": 5000,
        "record_url": "https://crm.example/c/{id}",
        "variants": {"default": 1.0, "motives": 3.0},
    }
    async with services.database.workspace(workspace_id) as connection:
        await change_settings(connection, workspace_id, given)
    before = await chosen(services, workspace_id)
    await rep.press("Settings…")
    shown = filled(rep)
    assert (shown["daily_tokens"], shown["record_url"], shown["keep_days_after_uninstall"]) == (
        "5000",
        "https://crm.example/c/{id}",
        "30",
    )
    await rep.submit()
    assert (rep.modal, await chosen(services, workspace_id), await audited(services, workspace_id)) == (
        None,
        before,
        [],
    )


async def test_an_emptied_field_is_put_back_to_its_default(rep: Person, services: Services) -> None:
    workspace_id = await at_home(rep, services)
    async with services.database.workspace(workspace_id) as connection:
        await change_settings(connection, workspace_id, {"daily_tokens": 5000})
    await rep.press("Settings…")
    await rep.fill("Most tokens a day", "")
    await rep.submit()
    assert (await chosen(services, workspace_id)).daily_tokens is None


async def test_what_cant_be_taken_is_said_below_its_field_and_nothing_is_kept(rep: Person, services: Services) -> None:
    workspace_id = await at_home(rep, services)
    before = await chosen(services, workspace_id)
    await rep.press("Settings…")
    await rep.fill("Most US dollars a day", "7")
    await rep.fill("Most tokens a day", "many")
    await rep.fill("Where the CRM shows a contact", "crm.example")
    await rep.fill("Days data stay once Slack removes the app", "3651")
    await rep.submit()
    assert rep.errors == {
        TOKENS: "This takes a whole number. Leave it empty for the default.",
        "record_url": "This takes https://crm.example/contacts/{id}. Leave it empty for the default.",
        KEEP_DAYS: "This takes days such as 30; 0 deletes at once. Leave it empty for the default.",
    }
    assert (await chosen(services, workspace_id), bool(rep.modal)) == (before, True)


async def test_who_is_no_admin_any_more_is_refused_on_sending_the_form(rep: Person, services: Services) -> None:
    workspace_id = await at_home(rep, services)
    await rep.press("Settings…")
    await become(services, "manager")
    await rep.choose("A rep sees", "Only their own contacts")
    await rep.submit()
    assert rep.modal
    assert ("Only an admin may change the settings." in rep.modal.says, await audited(services, workspace_id)) == (
        True,
        [],
    )


async def test_a_button_left_from_when_one_was_admin_opens_no_form(rep: Person, services: Services) -> None:
    await at_home(rep, services)
    await become(services, "rep")
    await rep.press("Settings…")
    assert rep.modal
    assert (rep.modal.content["callback_id"] == SETTINGS_FORM, "Only an admin" in rep.modal.says) == (False, True)


async def test_a_manager_has_no_settings_and_reads_nothing_of_the_connections(rep: Person, services: Services) -> None:
    await at_home(rep, services, "manager")
    assert rep.home
    assert ("Settings…" in rep.home.labels, "Connections and settings" in rep.home.says) == (False, False)


async def test_an_admin_reads_how_the_connections_are(rep: Person, services: Services) -> None:
    await at_home(rep, services)
    assert rep.home
    said = rep.home.says.split("Connections and settings\n")[1].replace("\n · ", " · ")
    assert [line for line in said.splitlines() if not line.startswith("Newest interaction · ")] == [
        "Slack · connected: Slack takes the bot's token (set up by hand)",
        "Personas are written by · rules, without a model",
        "In · English",
        "A rep sees · every contact",
        "Jobs · 0 waiting, 0 failed in 30 days",
    ]


async def test_narrower_visibility_holds_at_once(rep: Person, services: Services) -> None:
    workspace_id = await at_home(rep, services)
    rep.slack.web.person("U2", email="nobody@sales.example")
    assert (await services.audience.member(workspace_id, "U2")).owners is None
    await rep.press("Settings…")
    await rep.choose("A rep sees", "Only their own contacts")
    await rep.submit()
    assert (await services.audience.member(workspace_id, "U2")).owners == frozenset({"nobody@sales.example"})
