"""What the command line does with corrections and versions: put a claim right, take that back, print the history."""

from datetime import UTC, datetime

from rich.console import Console

from blocks.history import render_history
from blocks.sheet import FACET_TITLES
from blocks.terminal import render_terminal
from bot.settings import Settings
from bot.wiring import open_services
from persona.corrections import HEAD, PLACES
from persona.engine import Engine
from persona.errors import SettingsError
from persona.model import CorrectionKind


async def correct(
    settings: Settings,
    name: str,
    place: str,
    number: int,
    *,
    kind: CorrectionKind | None,
    by: str,
    text: str,
    console: Console,
) -> None:
    """Corrects a claim and prints the card as it is now; a right `text` needs no `kind`.

    Raises SettingsError on a place that holds no claims and, for a contact there is, when neither is given or both.
    """
    place = _place(place)
    async with open_services(settings) as services:
        engine = services.engine(await services.default_workspace())
        contact = await engine.resolve(name)
        if bool(text) != (kind in {None, CorrectionKind.RIGHT_TEXT}):
            raise SettingsError("Say what is the matter with --kind, or give the right text with --text.")
        said = kind or CorrectionKind.RIGHT_TEXT
        profile = await engine.correct(contact.key, place, number, kind=said, by=by, right_text=text)
    console.print(render_terminal(profile, now=datetime.now(UTC)))


async def withdraw(settings: Settings, name: str, number: int, *, by: str, console: Console) -> None:
    """Takes the correction of that number back and prints what is left of the history."""
    async with open_services(settings) as services:
        engine = services.engine(await services.default_workspace())
        contact = await engine.resolve(name)
        if number not in {correction.key for correction in await engine.corrections(contact.key)}:
            raise SettingsError(f"No correction {number} stands; `persona-bot history` lists them.")
        await engine.withdraw_correction(contact.key, number, by=by)
        await _print(engine, contact.key, console)


async def print_history(settings: Settings, name: str, *, console: Console) -> None:
    """Prints every version with what changed, and the corrections that stand."""
    async with open_services(settings) as services:
        engine = services.engine(await services.default_workspace())
        await _print(engine, (await engine.resolve(name)).key, console)


async def _print(engine: Engine, contact_key: int, console: Console) -> None:
    versions, corrections = await engine.history(contact_key), await engine.corrections(contact_key)
    console.print(render_history(versions, corrections, now=datetime.now(UTC)))


def _place(text: str) -> str:
    """The place meant, by its own name or as the card calls it; raises SettingsError."""
    titles = {told.casefold(): facet.value for facet, told in FACET_TITLES.items()}
    plain = " ".join(text.split()).casefold()
    place = titles.get(plain, plain.replace(" ", "_"))
    if place not in PLACES:
        named = ", ".join((*FACET_TITLES.values(), *HEAD))
        raise SettingsError(f"FACET is one of {named}, as the card calls them.")
    return place
