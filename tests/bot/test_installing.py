"""Installs by link: allowed at Slack, kept encrypted, refreshed, ended, and nobody in another's CRM."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import func, select, update

from bot.actors import Team
from bot.scopes import BOT_SCOPES
from bot.tokens import Cipher
from bot.wiring import Services
from persona.errors import SettingsError, UnknownWorkspaceError
from storage.database import Database
from storage.installations import load_installation
from storage.tables import audit_log, contacts, installations, interactions, workspaces
from storage.workspaces import change_settings, workspace_of_team
from tests.bot.conftest import Troubled, settings, work
from tests.doubles import slack_events
from tests.doubles.slack_server import SlackDouble

KEY = Fernet.generate_key().decode()


@pytest.fixture
async def services(sample_url: str, slack: SlackDouble) -> AsyncIterator[Services]:
    """A host where many install; the sample CRM is team T1's."""
    known = settings(
        slack,
        slack_bot_token=None,
        slack_client_id=slack.web.client_id,
        slack_client_secret=SecretStr(slack.web.client_secret),
        persona_secret_key=SecretStr(KEY),
        slack_team_id="T1",
    )
    made = Services(known, await Database.open(sample_url))
    async with made.queue.open_async():
        yield made
    await made.close()


async def install(app: httpx.AsyncClient, code: str) -> httpx.Response:
    """Begins at the link, allows at Slack, comes back."""
    begun = await app.get("/slack/install")
    state = parse_qs(urlsplit(begun.headers["location"]).query)["state"][0]
    nonce = begun.cookies["slack-app-oauth-state"]
    return await app.get(
        "/slack/oauth_redirect",
        params={"code": code, "state": state},
        headers={"cookie": f"slack-app-oauth-state={nonce}"},
    )


async def counted(services: Services, workspace_id: int) -> dict[str, int]:
    async with services.database.workspace(workspace_id) as connection:
        return {
            table.name: await connection.scalar(select(func.count()).select_from(table)) or 0
            for table in (contacts, interactions, installations)
        }


async def test_the_link_leads_to_slack_with_our_scopes_and_a_state(app: httpx.AsyncClient, slack: SlackDouble) -> None:
    begun = await app.get("/slack/install")
    where = urlsplit(begun.headers["location"])
    asked = parse_qs(where.query)
    assert (begun.status_code, f"{where.scheme}://{where.netloc}{where.path}") == (
        302,
        "https://slack.com/oauth/v2/authorize",
    )
    assert (asked["client_id"], asked["scope"]) == ([slack.web.client_id], [",".join(BOT_SCOPES)])
    cookie = begun.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "secure", "samesite=lax", "max-age=600"))


async def test_an_install_is_kept_encrypted_works_at_once_and_welcomes_its_installer(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services
) -> None:
    done = await install(app, slack.web.new_code("T1"))
    assert (done.status_code, "Persona is installed in Acme" in done.text) == (200, True)
    workspace_id = await workspace_of_team(services.database, "T1")
    token = await services.tokens.of(workspace_id)
    async with services.database.workspace(workspace_id) as connection:
        kept = await load_installation(connection, workspace_id)
    assert kept is not None
    assert (token in slack.web.tokens, token.encode() in kept.bot_token, kept.installed_by) == (True, False, "U1")
    await work(services)
    [message] = slack.web.direct_channel("U1").messages.values()
    assert "Persona is installed" in message["text"]


async def test_a_team_that_was_never_here_gets_an_empty_workspace_of_its_own(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services
) -> None:
    await install(app, slack.web.new_code("T2"))
    workspace_id = await workspace_of_team(services.database, "T2")
    assert workspace_id != await services.default_workspace()
    assert await counted(services, workspace_id) == {"contacts": 0, "interactions": 0, "installations": 1}


async def test_the_named_team_sees_the_imported_crm_and_no_other_does(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services
) -> None:
    default = await services.default_workspace()
    with pytest.raises(UnknownWorkspaceError):
        await services.tenants.workspace(Team("T9"))
    assert await services.tenants.workspace(Team("T1")) == default
    await install(app, slack.web.new_code("T1"))
    answer = await slack.command(app, "Jane Doe")
    assert "Jane Doe · VP Operations" in answer.body["text"]


async def test_an_organisation_installs_once_for_all_its_teams(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services
) -> None:
    await install(app, slack.web.new_code(None, "E1"))
    workspace_id = await services.tenants.workspace(Team("T77", "E1"))
    assert await services.tenants.workspace(Team("T78", "E1")) == workspace_id
    assert (await services.tokens.of(workspace_id)) in slack.web.tokens


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"error": "access_denied"}, "Slack says that it wasn"),
        ({"code": "code1", "state": "forged"}, "another browser"),
        ({"code": "code1"}, "another browser"),
        ({}, "another browser"),
    ],
)
async def test_what_was_not_begun_here_installs_nothing(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services, params: dict[str, str], told: str
) -> None:
    slack.web.new_code("T2")
    done = await app.get("/slack/oauth_redirect", params=params, headers={"cookie": "slack-app-oauth-state=x"})
    assert (told in done.text.replace("&#x27;", "'"), "Begin again" in done.text) == (True, True)
    with pytest.raises(UnknownWorkspaceError):
        await workspace_of_team(services.database, "T2")


async def test_a_code_serves_once(app: httpx.AsyncClient, slack: SlackDouble) -> None:
    code = slack.web.new_code("T2")
    first, again = await install(app, code), await install(app, code)
    assert (first.status_code, again.status_code, "invalid_code" in again.text) == (200, 400, True)


async def test_a_token_is_refreshed_before_its_end_by_one_of_many_clocks(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services
) -> None:
    slack.web.rotates = True
    await install(app, slack.web.new_code("T1"))
    workspace_id = await workspace_of_team(services.database, "T1")
    before = await services.tokens.of(workspace_id)
    assert await services.tokens.refresh_due() == 0
    async with services.database.workspace(workspace_id) as connection:
        await connection.execute(update(installations).values(token_expires_at=datetime.now(UTC) + timedelta(hours=2)))
    assert sum(await asyncio.gather(*(services.tokens.refresh_due() for _ in range(3)))) == 1
    after = await services.tokens.of(workspace_id)
    assert (after != before, after in slack.web.tokens) == (True, True)


async def test_a_token_that_ended_while_no_clock_ran_is_refreshed_when_it_is_needed(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services
) -> None:
    slack.web.rotates = True
    await install(app, slack.web.new_code("T1"))
    workspace_id = await workspace_of_team(services.database, "T1")
    before = await services.tokens.of(workspace_id)
    async with services.database.workspace(workspace_id) as connection:
        await connection.execute(update(installations).values(token_expires_at=datetime.now(UTC)))
    services.tokens.forget(workspace_id)
    assert await services.tokens.of(workspace_id) != before


@pytest.mark.parametrize(
    "event", [slack_events.app_uninstalled(), slack_events.tokens_revoked("UBOT")], ids=["removed", "revoked"]
)
async def test_a_removed_app_forgets_its_tokens_at_once_and_the_data_when_the_days_are_over(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services, event: dict[str, object]
) -> None:
    await install(app, slack.web.new_code("T1"))
    workspace_id = await services.tenants.workspace(Team("T1"))
    for _ in range(2):
        await slack.event(app, event)
    left = await counted(services, workspace_id)
    assert (left["installations"], left["contacts"] > 0) == (0, True)
    with pytest.raises(UnknownWorkspaceError):
        await services.tokens.of(workspace_id)
    assert await services.installing.delete_ended() == 0
    async with services.database.workspace(workspace_id) as connection:
        await connection.execute(update(workspaces).values(ended_at=datetime.now(UTC) - timedelta(days=31)))
    assert await services.installing.delete_ended() == 1
    assert await counted(services, workspace_id) == {"contacts": 0, "interactions": 0, "installations": 0}
    async with services.database.workspace(workspace_id) as connection:
        assert [row.action for row in await connection.execute(select(audit_log.c.action))] == ["data_deleted"]
    assert await services.installing.delete_ended() == 0


async def test_a_workspace_may_have_its_data_deleted_at_once(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services
) -> None:
    await install(app, slack.web.new_code("T1"))
    workspace_id = await services.tenants.workspace(Team("T1"))
    async with services.database.workspace(workspace_id) as connection:
        await change_settings(connection, workspace_id, {"keep_days_after_uninstall": 0})
    await slack.event(app, slack_events.app_uninstalled())
    assert (await counted(services, workspace_id))["contacts"] == 0


async def test_who_installs_again_within_the_days_finds_everything_there(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services
) -> None:
    for _ in range(2):
        await install(app, slack.web.new_code("T1"))
        await slack.event(app, slack_events.app_uninstalled())
    await install(app, slack.web.new_code("T1"))
    workspace_id = await services.tenants.workspace(Team("T1"))
    async with services.database.workspace(workspace_id) as connection:
        await connection.execute(update(workspaces).values(created_at=datetime(2020, 1, 1, tzinfo=UTC)))
        assert await connection.scalar(select(workspaces.c.ended_at)) is None
    assert "Jane Doe" in (await slack.command(app, "Jane Doe")).body["text"]


async def test_users_tokens_that_are_revoked_end_nothing(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services
) -> None:
    await install(app, slack.web.new_code("T1"))
    await slack.event(app, slack_events.tokens_revoked())
    assert await services.tokens.of(await services.tenants.workspace(Team("T1"))) in slack.web.tokens


def test_keys_can_be_changed_and_a_wrong_one_is_named() -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    kept = Cipher(old).encrypt("xoxb-1")
    assert Cipher(f"{new},{old}").decrypt(kept) == "xoxb-1"
    with pytest.raises(SettingsError, match="PERSONA_SECRET_KEY"):
        Cipher(new).decrypt(kept)
    with pytest.raises(SettingsError, match="secret-key"):
        Cipher("hunter2")


async def test_a_host_without_keys_says_what_is_missing(sample_url: str, slack: SlackDouble) -> None:
    made = Services(settings(slack), await Database.open(sample_url))
    transport = httpx.ASGITransport(app=made.web())
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        answers = [await client.get(path) for path in ("/slack/install", "/slack/oauth_redirect")]
    await made.close()
    assert [(a.status_code, "PERSONA_SECRET_KEY" in a.text) for a in answers] == [(404, True)] * 2
    with pytest.raises(SettingsError, match="PERSONA_SECRET_KEY is not set"):
        _ = settings(slack, slack_client_id="1", slack_client_secret=SecretStr("x")).installs_by_link


async def test_an_install_that_could_not_be_kept_says_so_with_a_reference_and_begins_again(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services, read_only: Troubled
) -> None:
    with read_only():
        failed = await install(app, slack.web.new_code("T2"))
    said = re.search(r"<p>(.*) Reference [0-9a-f]{8}:.*Begin again", failed.text)
    assert (failed.status_code, said and said[1]) == (
        503,
        "The database takes no changes just now, so this could not be done. Nothing was lost; "
        "please try again in a few minutes.",
    )
    assert (await install(app, slack.web.new_code("T2"))).status_code == 200
