"""The commands that bring CRM rows in: import, demo, evaluate, webhook."""

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.shared import WriterName, folder, load_settings, runs, terminal

commands = typer.Typer()


@commands.command(name="import")
@runs
async def import_(
    folder: Annotated[
        Path,
        typer.Argument(
            parser=folder, metavar="FOLDER", help="A CRM folder: contacts.csv, emails.csv, ... (see the README)."
        ),
    ],
    source: Annotated[str, typer.Option(help="Which CRM the rows are from; they are matched within it.")] = "folder",
) -> None:
    """Import a CRM folder, measure its contacts and embed their words. Importing twice changes nothing."""
    from bot.importing import import_with_progress
    from bot.wiring import open_services

    async with open_services(load_settings()) as services:
        await import_with_progress(services, folder, source=source, console=terminal())


@commands.command()
@runs
async def demo() -> None:
    """Import the sample CRM that ships with Persona Bot, and print Jane Doe's persona."""
    from bot.demo import demonstrate

    await demonstrate(load_settings(), console=terminal())


@commands.command()
@runs
async def evaluate(
    folder: Annotated[
        Path,
        typer.Argument(parser=folder, metavar="FOLDER", help="A CRM folder to try; your own data is not touched."),
    ],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where the personas go, a list in JSON.")],
    writer: Annotated[WriterName | None, typer.Option(help="Who writes; default: the model when set up.")] = None,
    as_of: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Read nothing later; default: truth.json's now, else the newest row."),
    ] = None,
) -> None:
    """Write the persona of every contact of a CRM folder, in a database of its own that is deleted afterwards."""
    from bot import evaluating
    from bot.asking import parse_as_of

    moment, console = parse_as_of(as_of), terminal()
    evaluating.require_writable(out)
    documents = await evaluating.evaluate_folder(
        load_settings(), folder, writer=writer.value if writer else None, as_of=moment, console=console
    )
    evaluating.write_documents(documents, out)
    evaluating.print_summary(documents, console)


@commands.command()
@runs
async def webhook(
    action: Annotated[str, typer.Argument(help="add, rotate, list or remove.")],
    source: Annotated[str | None, typer.Argument(help="The CRM's name, as in the address it sends to.")] = None,
) -> None:
    """Let a CRM send what happens, give it a new secret, print who may send, or stop one (see docs/webhooks.md)."""
    from bot.webhook_admin import administer, parse_action

    await administer(load_settings(), parse_action(action), source, console=terminal())
