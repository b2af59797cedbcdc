"""Backup and restore from the command line."""

import asyncio
from pathlib import Path

from rich.console import Console

from bot.settings import Settings
from bot.wiring import database_urls
from storage.backup import back_up, restore
from storage.schema import migrate

_KEYS = "It holds no keys: keep PERSONA_SECRET_KEY beside it, or Slack's tokens and webhooks' secrets can't be read."


async def back_up_now(settings: Settings, file: Path, *, console: Console) -> None:
    """Writes the backup and says how large it is. Raises as `storage.backup.back_up`."""
    with database_urls(settings) as urls, console.status("Writing…"):
        size = await asyncio.to_thread(back_up, urls.owner, file)
    console.print(f"{file}: {size / 1e6:,.1f} MB. {_KEYS}", highlight=False, markup=False)


async def restore_now(settings: Settings, file: Path, *, console: Console) -> None:
    """Restores, brings the schema up to date and says so. Raises as `storage.backup.restore`."""
    with database_urls(settings) as urls, console.status("Restoring…"):
        found = await asyncio.to_thread(restore, urls.owner, file)
        newest = await asyncio.to_thread(migrate, urls.owner)
    brought = "" if found == newest else f" Its schema was {found} and is {newest} now."
    console.print(f"{file} is restored.{brought}", highlight=False, markup=False)
