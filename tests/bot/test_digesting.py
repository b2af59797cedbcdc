"""The weekly digest comes once to the channel an admin chose, of what its readers may see, and can be stopped."""

import csv
import io
from datetime import UTC, datetime, timedelta

import httpx
from sqlalchemy import text

from blocks.digest import DIGEST_HOME
from bot.digesting import WEEKLY, Digesting, as_csv, begin_digests
from bot.periodic import Schedule
from bot.wiring import Services
from persona.digest import ALL
from persona.model import CorrectionKind
from storage.dashboard import needing_attention
from storage.deliveries import begin_delivery
from storage.digest import digest_of
from storage.workspaces import audit_settings, change_settings, load_preferences
from tests.bot.conftest import work
from tests.doubles.slack_installs import manifest_scopes
from tests.doubles.slack_person import Person
from tests.doubles.slack_server import SlackDouble
from tests.doubles.slack_sight import elements_of

JANE = "jane.doe@northwind.example"


async def choose(services: Services, **chosen: object) -> int:
    workspace_id = await services.default_workspace()
    async with services.database.workspace(workspace_id) as connection:
        await change_settings(connection, workspace_id, chosen)
    return workspace_id


async def a_week(services: Services) -> int:
    """Jane's persona is new, and a claim of it was put right."""
    engine = services.engine(await services.default_workspace())
    jane = await engine.resolve(JANE)
    await engine.ask(jane.key)
    await engine.correct(jane.key, "pain_points", 1, kind=CorrectionKind.WRONG, by="sam")
    return jane.key


async def post(services: Services, workspace_id: int, period: str = "2026-W48") -> None:
    await services.chore_tasks[WEEKLY](workspace_id=workspace_id, period=period)


def digests(slack: SlackDouble) -> list[str]:
    return [m["text"] for m in slack.web.channels["C1"].messages.values() if "The week to" in str(m.get("text"))]


async def test_the_digest_comes_once_a_period_and_says_what_happened(services: Services, slack: SlackDouble) -> None:
    slack.web.channel("C1")
    await a_week(services)
    workspace_id = await choose(services, digest_channel="C1")
    for _ in range(2):
        await post(services, workspace_id)
    [text] = digests(slack)
    assert "1 persona is new" in text
    assert "people put 1 claim right" in text


async def test_who_falls_silent_is_named_in_that_week_though_nothing_of_them_was_measured_since(
    services: Services,
) -> None:
    workspace_id = await services.default_workspace()
    async with services.database.workspace(workspace_id) as connection:
        asked = "SELECT contact_id, quiet_from FROM behavioral_patterns WHERE quiet_from IS NOT NULL"
        key, silent = (await connection.execute(text(f"{asked} ORDER BY quiet_from DESC LIMIT 1"))).one()
        named = list[list[int]]()
        waiting = list[bool]()
        for days in (-1, 1, 8):
            at = silent + timedelta(days=days)
            named.append([one.contact_key for one in (await digest_of(connection, workspace_id, until=at)).quiet.first])
            home = await needing_attention(connection, workspace_id, mine=(), now=at, low=0)
            waiting.append(any(one.contact_key == key and one.quiet for one in home))
    assert [key in keys for keys in named] == [False, True, False]
    assert waiting == [False, True, True]


async def test_without_a_channel_nothing_is_posted(services: Services, slack: SlackDouble) -> None:
    slack.web.channel("C1")
    workspace_id = await services.default_workspace()
    await post(services, workspace_id)
    assert (digests(slack), Digesting.periodic.rule(await services.store(workspace_id).load_preferences())) == (
        [],
        None,
    )


async def test_where_a_guest_reads_it_is_not_posted(services: Services, slack: SlackDouble) -> None:
    slack.web.person("UGUEST", is_restricted=True)
    slack.web.channel("C1", members={"UBOT", "UGUEST"})
    await a_week(services)
    await post(services, await choose(services, digest_channel="C1"))
    assert digests(slack) == []


async def test_where_not_all_may_see_a_contact_its_name_is_not_there(services: Services, slack: SlackDouble) -> None:
    channel = slack.web.channel("C1")
    await a_week(services)
    await post(services, await choose(services, digest_channel="C1", visibility="owner"))
    assert "Jane" not in str(channel.messages)


async def test_where_slack_takes_no_charts_a_picture_follows_in_the_thread(
    services: Services, slack: SlackDouble
) -> None:
    slack.native, channel = False, slack.web.channel("C1")
    await a_week(services)
    await post(services, await choose(services, digest_channel="C1"))
    [digest] = [ts for ts, m in channel.messages.items() if "The week to" in str(m.get("text"))]
    files = [m for m in channel.messages.values() if m.get("files")]
    sent = [(m["thread_ts"], slack.web.files[m["files"][0]].filename) for m in files]
    assert sent == [(digest, "persona-digest.png")]


async def test_an_admin_who_turns_it_on_gets_the_next_one_and_not_last_monday_s(services: Services) -> None:
    workspace_id = await services.default_workspace()
    now = datetime(2026, 12, 2, 12, tzinfo=UTC)  # a Wednesday
    async with services.database.workspace(workspace_id) as connection:
        before = await services.store(workspace_id).load_preferences()
        after = await change_settings(connection, workspace_id, {"digest_channel": "C1"})

        await begin_digests(connection, before, after, now=now)
    given = []
    for days in (0, 4, 5, 6):
        at = now + timedelta(days=days)
        schedule = Schedule(
            database=services.database, chores=services.chores, clock=lambda at=at: at, periodics=[Digesting.periodic]
        )
        given.append(await schedule.tick())
    assert given == [0, 0, 1, 0]


async def test_a_reader_gets_the_table_and_only_an_admin_stops_the_digest(
    rep: Person, services: Services, slack: SlackDouble, app: httpx.AsyncClient
) -> None:
    slack.web.person("U2", is_admin=True)
    admin = Person(slack, app, "U2")
    slack.web.channels["C1"].members.add("U2")
    await a_week(services)
    workspace_id = await choose(services, digest_channel="C1")
    await post(services, workspace_id)
    [shown] = [s for s in rep.sees if "The week to" in s.says]
    await rep.press("Export CSV", on=shown)
    await work(services)
    [file] = slack.web.files.values()
    rows = list(csv.reader(io.StringIO(file.content.decode())))
    assert ["new", "Jane Doe", "VP Operations, Northwind Logistics"] in rows
    [adoption] = [said for what, _, said in rows if what == "figure" and said.startswith("Adoption")]
    assert "1 of " in adoption
    await rep.press("Mute…", on=shown)
    assert (await services.store(workspace_id).load_preferences()).digest_channel == "C1"
    [shown] = [s for s in admin.sees if "The week to" in s.says]
    await admin.press("Mute…", on=shown)
    assert (await services.store(workspace_id).load_preferences()).digest_channel is None


async def test_the_table_has_everybody_of_whom_the_message_names_the_first_three(services: Services) -> None:
    workspace_id = await services.default_workspace()
    async with services.database.workspace(workspace_id) as connection:
        keys = list(await connection.scalars(text("SELECT id FROM contacts WHERE NOT do_not_profile LIMIT 4")))
    for key in keys:
        await services.engine(workspace_id).ask(key)
    until = datetime.now(UTC) + timedelta(seconds=1)
    async with services.database.workspace(workspace_id) as connection:
        shown = await digest_of(connection, workspace_id, until=until)
        whole = await digest_of(connection, workspace_id, until=until, most=ALL)
    new = [row for row in csv.reader(io.StringIO(as_csv(whole))) if row[0] == "new"]
    assert (len(shown.new.first), shown.new.n, len(new)) == (3, 4, 4)


async def test_an_admin_is_told_once_of_a_channel_that_refuses_and_again_when_it_took_one_since(
    services: Services, slack: SlackDouble
) -> None:
    slack.web.person("U2", is_admin=True)
    slack.web.person("U3")
    channel = slack.web.channel("C1", members={"UBOT"})
    workspace_id = await chosen_by(services, "U2", "U3")
    told = []
    for week, inside in enumerate((False, False, True, False), start=48):
        channel.members = {"UBOT"} if inside else {"U2"}
        await post(services, workspace_id, f"2026-W{week}")
        said = [m["text"] for m in slack.web.direct_channel("U2").messages.values()]
        told.append((len(said), len(digests(slack))))
    assert (told, "/invite @Persona" in said[0]) == ([(1, 0), (1, 0), (1, 1), (2, 1)], True)
    assert slack.web.direct_channel("U3").messages == {}


async def test_an_admin_is_told_once_where_to_look_when_a_worker_died_while_the_digest_was_posted(
    services: Services, slack: SlackDouble
) -> None:
    slack.web.person("U2", is_admin=True)
    slack.web.channel("C1", members={"UBOT"})
    workspace_id = await chosen_by(services, "U2")
    async with services.database.workspace(workspace_id) as connection:
        await begin_delivery(connection, workspace_id, f"{WEEKLY}:2026-W48")
    for _ in range(2):
        await post(services, workspace_id)
    [told] = [m["text"] for m in slack.web.direct_channel("U2").messages.values()]
    assert ("is not known" in told, "Home shows the week" in told, digests(slack)) == (True, True, [])


async def chosen_by(services: Services, *admins: str) -> int:
    """Each in turn chooses a channel, the last one C1."""
    workspace_id = await services.default_workspace()
    for channel, by in zip(range(len(admins), 0, -1), admins, strict=True):
        async with services.database.workspace(workspace_id) as connection:
            before = await load_preferences(connection, workspace_id)
            after = await change_settings(connection, workspace_id, {"digest_channel": f"C{channel}"})
            await audit_settings(connection, workspace_id, by=by, before=before, after=after)
    return workspace_id


def home_links(slack: SlackDouble) -> list[str]:
    posted = slack.web.channels["C1"].messages.values()
    elements = [found.element for message in posted for found in elements_of(message.get("blocks") or [])]
    return [str(e["url"]) for e in elements if e.get("action_id") == DIGEST_HOME]


async def test_open_in_home_leads_to_the_app_in_the_readers_slack_and_the_press_is_acknowledged(
    rep: Person, services: Services, slack: SlackDouble
) -> None:
    await a_week(services)
    await post(services, await choose(services, digest_channel="C1"))
    [shown] = [s for s in rep.sees if "The week to" in s.says]
    await rep.press("Open in Home", on=shown)
    assert home_links(slack) == ["slack://app?team=T1&id=A1&tab=home"]


async def test_the_digest_comes_without_that_button_where_slack_doesn_t_say_who_we_are(
    services: Services, slack: SlackDouble
) -> None:
    slack.web.channel("C1")
    await a_week(services)
    install = slack.web.tokens["xoxb-test"]
    install.scopes = manifest_scopes() - {"users:read"}
    await post(services, await choose(services, digest_channel="C1"))
    assert (len(digests(slack)), home_links(slack)) == (1, [])
