"""Checks an installation: database, extensions, role, keys, Slack token; says the fix of what is wrong."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import Enum

from rich.markup import escape

from bot.settings import Settings, reveal
from bot.wiring import Urls, database_urls
from persona.errors import ModelError, PersonaBotError, SettingsError
from storage.checkup import Checkup, check_up
from storage.database import Database
from storage.schema import check_revision, newest_revision, schema_version
from storage.workspaces import list_workspaces

_TIMEOUT_S = 10


class Verdict(Enum):
    """How a check ended, with the sign shown."""

    GOOD = "[green]✓[/]"
    MISSING = "[yellow]–[/]"
    FAILED = "[bold red]✗[/]"


@dataclass(frozen=True, slots=True)
class Result:
    """One check: what was looked at, how it stands, and the finding or fix in a sentence."""

    subject: str
    verdict: Verdict
    finding: str

    @property
    def failed(self) -> bool:
        """Whether something must be fixed."""
        return self.verdict is Verdict.FAILED


def line(result: Result) -> str:
    """A result as a line of rich markup."""
    return f"{result.verdict.value} [bold]{result.subject}[/]  {escape(result.finding)}"


async def examine(settings: Settings) -> list[Result]:
    """Every check, the database's first."""
    results = [result async for result in _database(settings)]
    return [*results, await _slack(settings), _signing(settings), _oauth(settings), await _model(settings)]


async def _database(settings: Settings) -> AsyncIterator[Result]:
    try:
        with database_urls(settings) as urls:
            async for result in _opened(settings, urls):
                yield result
    except PersonaBotError as error:
        yield Result("database", Verdict.FAILED, error.user_message)


async def _opened(settings: Settings, urls: Urls) -> AsyncIterator[Result]:
    where = f"embedded in {settings.persona_home}" if urls.server else "DATABASE_URL"
    found = await asyncio.to_thread(check_up, urls.owner)
    yield Result("database", Verdict.GOOD, f"PostgreSQL {found.version}, {where}")
    revision = await asyncio.to_thread(schema_version, urls.owner)
    if urls.server and (revision is None or revision < newest_revision()):
        state = "not created yet" if revision is None else f"{revision}, of an older version"
        yield Result("schema", Verdict.MISSING, f"{state}: the next command that needs it brings it up to date")
        return
    yield _extensions(found)
    try:
        check_revision(revision)
    except PersonaBotError as error:
        yield Result("schema", Verdict.FAILED, error.user_message)
        return
    yield Result("schema", Verdict.GOOD, "up to date")
    database = await Database.open(urls.app)
    try:
        yield await _role(database)
        async for result in _workspaces(database):
            yield result
    finally:
        await database.close()


def _extensions(found: Checkup) -> Result:
    if found.missing_extensions:
        names = ", ".join(found.missing_extensions)
        return Result(
            "extensions", Verdict.FAILED, f"{names} missing. Run `persona-bot migrate`, or ask the administrator."
        )
    return Result("extensions", Verdict.GOOD, "vector, pg_trgm, unaccent")


async def _role(database: Database) -> Result:
    name, bypasses = await database.role()
    if bypasses:
        return Result(
            "role", Verdict.FAILED, f"{name} bypasses row-level security. Run `persona-bot migrate` as the owner."
        )
    return Result("role", Verdict.GOOD, f"works as {name}, held by row-level security")


async def _workspaces(database: Database) -> AsyncIterator[Result]:
    entries = await list_workspaces(database)
    for entry in entries:
        owner = f"Slack team {entry.slack_team_id}" if entry.slack_team_id else "the first Slack workspace to ask"
        if entry.withheld:
            kept = f"{entry.withheld} sentences on private matters were kept out of the personas in “{entry.name}”"
            yield Result("privacy", Verdict.GOOD, kept)
        yield Result("workspace", Verdict.GOOD, f"“{entry.name}” with {entry.contacts} contacts is seen by {owner}")
    if not entries:
        yield Result("workspace", Verdict.MISSING, "none yet. Run `persona-bot import FOLDER` or `persona-bot demo`.")


async def _slack(settings: Settings) -> Result:
    import aiohttp
    from slack_sdk.errors import SlackApiError, SlackClientError
    from slack_sdk.web.async_client import AsyncWebClient

    token = reveal(settings.slack_bot_token)
    if token is None:
        serves = settings.slack_signing_secret is not None and not settings.slack_client_id
        return Result(
            "Slack token",
            Verdict.FAILED if serves else Verdict.MISSING,
            "SLACK_BOT_TOKEN is not set, so guests aren't known and nothing can be posted; copy it from the "
            "app's Install App page.",
        )
    client = AsyncWebClient(token=token, base_url=settings.slack_api_url, timeout=_TIMEOUT_S)
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        return Result(
            "Slack token",
            Verdict.FAILED,
            f"Slack says {error.response['error']}. Reinstall the app and copy the token.",
        )
    except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError):
        return Result(
            "Slack token", Verdict.FAILED, f"{settings.slack_api_url} can't be reached. Check network and proxy."
        )
    return Result("Slack token", Verdict.GOOD, f"belongs to “{answer['team']}” ({answer['team_id']})")


def _signing(settings: Settings) -> Result:
    if settings.slack_signing_secret is None:
        begun = settings.slack_bot_token is not None or settings.slack_app_token is not None
        return Result(
            "Slack signing",
            Verdict.FAILED if begun else Verdict.MISSING,
            "SLACK_SIGNING_SECRET is not set, so `web` and `up` can't start. Copy it from the Slack app's Basic "
            "Information page into .env or the environment.",
        )
    return Result("Slack signing", Verdict.GOOD, "SLACK_SIGNING_SECRET is set")


def _oauth(settings: Settings) -> Result:
    from bot.tokens import Cipher

    try:
        by_link = settings.installs_by_link
        if by_link:
            Cipher(reveal(settings.persona_secret_key) or "")
    except SettingsError as error:
        return Result("Slack installs", Verdict.FAILED, error.user_message)
    if not by_link:
        return Result(
            "Slack installs", Verdict.MISSING, "one workspace by its bot token; SLACK_CLIENT_ID lets many install"
        )
    if settings.slack_team_id is None:
        told = "by link; set SLACK_TEAM_ID to the team the CRM imported here belongs to, or nobody sees it"
        return Result("Slack installs", Verdict.MISSING, told)
    return Result("Slack installs", Verdict.GOOD, f"by link; the imported CRM is {settings.slack_team_id}'s")


async def _model(settings: Settings) -> Result:
    if not settings.has_model:
        return Result("model", Verdict.MISSING, "no OPENAI_API_KEY: personas are written by rules")
    from persona.writers.openai_writer import build_client, check_model

    client = build_client(
        api_key=reveal(settings.openai_api_key) or "none", base_url=settings.openai_base_url, timeout_s=_TIMEOUT_S
    )
    try:
        await check_model(client, settings.openai_model)
    except ModelError as error:
        return Result("model", Verdict.FAILED, error.user_message)
    finally:
        await client.close()
    return Result("model", Verdict.GOOD, f"{settings.openai_model} answers")
