"""`persona-bot webhook`: who may send, the secret printed once, what waits."""

import re
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from rich.console import Console

from bot.settings import Settings
from bot.tokens import Cipher
from bot.webhook_admin import WebhookAction, administer, parse_action
from persona.errors import SettingsError
from storage.database import Database
from storage.sources import find_source
from tests.bot.conftest import settings

KEY = Fernet.generate_key().decode()


@pytest.fixture
def known(owner_url: str, tmp_path: Path) -> Settings:
    return settings(database_url=SecretStr(owner_url), persona_home=tmp_path, persona_secret_key=SecretStr(KEY))


async def told(known: Settings, action: str, name: str | None = None) -> str:
    console = Console(width=110, record=True, quiet=False, file=None, force_terminal=False)
    with console.capture() as captured:
        await administer(known, parse_action(action), name, console=console)
    return captured.get()


async def secrets_of(owner_url: str, name: str) -> tuple[str | None, str | None]:
    """The secret that is stored, and the one before it."""
    database, cipher = await Database.open(owner_url), Cipher(KEY)
    found = await find_source(database, name)
    await database.close()
    if found is None:
        return None, None
    return cipher.decrypt(found.secret), cipher.decrypt(found.old_secret) if found.old_secret else None


async def test_a_source_is_added_rotated_listed_and_removed(known: Settings, owner_url: str) -> None:
    empty = await told(known, "list")
    added = await told(known, "add", "hubspot")
    (first,) = re.findall(r"secret: (\S+)", added)
    assert await secrets_of(owner_url, "hubspot") == (first, None)
    (second,) = re.findall(r"secret: (\S+)", await told(known, "rotate", "hubspot"))
    assert await secrets_of(owner_url, "hubspot") == (second, first)
    listed = await told(known, "list")
    await told(known, "remove", "hubspot")
    assert await secrets_of(owner_url, "hubspot") == (None, None)
    assert empty.strip() == "No CRM sends to this workspace yet: persona-bot webhook add NAME"
    assert "/crm/webhooks/hubspot" in added
    assert listed.strip() == "hubspot · has sent nothing yet"


@pytest.mark.parametrize(
    ("action", "name", "told_so"),
    [
        ("add", "hubspot", "already"),
        ("add", "Hub Spot", "small letters"),
        ("add", None, "small letters"),
        ("rotate", "nobody", "no such source"),
        ("remove", "nobody", "no such source"),
        ("forget", "hubspot", "add, rotate, list, remove"),
    ],
)
async def test_what_cannot_be_done_is_told_with_its_fix(
    known: Settings, action: str, name: str | None, told_so: str
) -> None:
    await told(known, "add", "hubspot")
    with pytest.raises(SettingsError, match=told_so):
        await told(known, action, name)


async def test_without_a_key_no_secret_is_made(known: Settings) -> None:
    without = known.model_copy(update={"persona_secret_key": None})
    with pytest.raises(SettingsError, match="PERSONA_SECRET_KEY is not set"):
        await administer(without, WebhookAction.ADD, "hubspot", console=Console(quiet=True))


def test_the_key_alone_asks_for_nothing_else(known: Settings) -> None:
    assert known.installs_by_link is False
