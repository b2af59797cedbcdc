"""The demo: from nothing to Jane Doe's card, saying what it does."""

from datetime import UTC, datetime
from typing import Final

from rich.console import Console

from bot.asking import Files, Question, find_profile, show_profile
from bot.importing import import_sample
from bot.settings import Settings
from bot.wiring import open_services

_JANE: Final = "jane.doe@northwind.example"


async def demonstrate(settings: Settings, *, console: Console) -> None:
    """From an empty database to Jane Doe's card: says what it does, imports the sample CRM, writes her persona."""
    console.print("Starting a PostgreSQL of our own (the first time it is made)", style="dim")
    async with open_services(settings) as services:
        console.print("Importing the sample CRM that ships with Persona Bot", style="dim")
        await import_sample(services, console=console)
        console.print("Writing Jane Doe's persona", style="dim")
        profile = await find_profile(services, Question(_JANE))
    show_profile(profile, now=datetime.now(UTC), console=console, as_json=False, files=Files())
