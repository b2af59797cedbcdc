"""The sources a workspace's CRMs send as, on the command line: added, given a new secret, listed, removed."""

import re
import secrets
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from rich.console import Console

from bot.settings import Settings, reveal
from bot.tokens import Cipher
from bot.wiring import open_services
from persona.errors import SettingsError
from storage.sources import SourceStanding, add_source, list_sources, remove_source, rotate_source

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_BOTH_SERVE: Final = timedelta(days=1)
_NO_NAME: Final = "Name the source: small letters, digits, - and _, such as hubspot; 63 at most."
_TAKEN: Final = "There is a source of that name already, here or in another workspace. Choose another name."
_UNKNOWN: Final = "There is no such source. `persona-bot webhook list` prints those there are."
_NO_KEY: Final = "PERSONA_SECRET_KEY is not set: it encrypts the secrets. Make one with `persona-bot secret-key`."


class WebhookAction(StrEnum):
    """What may be done with a source."""

    ADD = "add"
    ROTATE = "rotate"
    LIST = "list"
    REMOVE = "remove"


def parse_action(text: str) -> WebhookAction:
    """The action of that word; raises SettingsError."""
    try:
        return WebhookAction(text)
    except ValueError:
        raise SettingsError(f"There is no such action. Choose one of: {', '.join(WebhookAction)}.") from None


async def administer(settings: Settings, action: WebhookAction, name: str | None, *, console: Console) -> None:
    """Does it and prints what came of it; raises SettingsError."""
    if action is WebhookAction.LIST:
        await _list(settings, console)
        return
    if name is None or not _NAME.fullmatch(name):
        raise SettingsError(_NO_NAME)
    if action is WebhookAction.REMOVE:
        await _remove(settings, name, console)
    else:
        await _give_secret(settings, action, name, console)


async def _give_secret(settings: Settings, action: WebhookAction, name: str, console: Console) -> None:
    key, secret = reveal(settings.persona_secret_key), secrets.token_urlsafe(32)
    if key is None:
        raise SettingsError(_NO_KEY)
    encrypted = Cipher(key).encrypt(secret)
    async with open_services(settings) as services:
        workspace_id = await services.default_workspace()
        async with services.database.workspace(workspace_id) as connection:
            if action is WebhookAction.ADD:
                done = await add_source(connection, workspace_id, name, secret=encrypted)
            else:
                until = datetime.now(UTC) + _BOTH_SERVE
                done = await rotate_source(connection, workspace_id, name, secret=encrypted, old_until=until)
    if not done:
        raise SettingsError(_TAKEN if action is WebhookAction.ADD else _UNKNOWN)
    console.print(f"address: POST https://YOUR-HOST/crm/webhooks/{name}", markup=False, highlight=False)
    console.print(f"secret: {secret}", markup=False, highlight=False, soft_wrap=True)
    kept = "" if action is WebhookAction.ADD else " The one before serves for a day."
    console.print(f"The secret is shown this once.{kept} How to send: docs/webhooks.md", markup=False)


async def _remove(settings: Settings, name: str, console: Console) -> None:
    async with open_services(settings) as services:
        workspace_id = await services.default_workspace()
        async with services.database.workspace(workspace_id) as connection:
            if not await remove_source(connection, workspace_id, name):
                raise SettingsError(_UNKNOWN)
    console.print(f"{name} is removed. What it sent stays.", markup=False, highlight=False)


async def _list(settings: Settings, console: Console) -> None:
    async with open_services(settings) as services:
        workspace_id = await services.default_workspace()
        async with services.database.workspace(workspace_id) as connection:
            known = await list_sources(connection, workspace_id)
    for source in known:
        console.print(_told(source), markup=False, highlight=False)
    if not known:
        console.print("No CRM sends to this workspace yet: persona-bot webhook add NAME")


def _told(source: SourceStanding) -> str:
    latest = f"sent last {source.latest_at:%Y-%m-%d %H:%M} UTC" if source.latest_at else "has sent nothing yet"
    facts = [source.source, latest]
    if source.open_deliveries:
        facts.append(f"{source.open_deliveries:,} deliveries to be merged")
    if source.waiting:
        facts.append(f"{source.waiting:,} items wait for the contact, deal or email they belong to")
    return " · ".join(facts)
