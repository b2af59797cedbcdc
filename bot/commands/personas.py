"""The commands about one contact or all: ask, correct, withdraw, history, refresh, digest."""

from getpass import getuser
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.shared import WriterName, load_settings, runs, terminal
from persona.model import CorrectionKind, Facet, Method

commands = typer.Typer()
SUMMARIES = ("name", "summary", "key_points")  # where a claim stands outside the facets


@commands.command()
@runs
async def ask(  # noqa: PLR0917 - typer makes each parameter an option of its own
    name: Annotated[str, typer.Argument(help="A name, an email address, or a name and company.")],
    method: Annotated[Method | None, typer.Option(help="How to make the persona; default: by data quality.")] = None,
    writer: Annotated[WriterName | None, typer.Option(help="Who writes it; default: the model when set up.")] = None,
    as_of: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Read nothing later than this date (its end, in UTC) or ISO time."),
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Write anew even if a fresh persona is stored.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a card.")] = False,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write the card as an HTML page.")] = None,
    pdf: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write it as a PDF to print.")] = None,
) -> None:
    """Print a contact's persona, with numbers, quotes and dates."""
    from bot.asking import Files, Question, parse_as_of
    from bot.asking import ask as answer

    question = Question(name, method, writer.value if writer else None, parse_as_of(as_of), fresh)
    await answer(load_settings(), question, console=terminal(), as_json=as_json, files=Files(html, pdf))


@commands.command()
@runs
async def correct(  # noqa: PLR0917 - typer makes each parameter an option of its own
    name: Annotated[str, typer.Argument(help="A name, an email address, or a name and company.")],
    facet: Annotated[str, typer.Argument(help=f"Where the claim stands: {', '.join([*Facet, *SUMMARIES])}.")],
    number: Annotated[int, typer.Argument(help="Which claim there, from 1 in the order shown.")],
    kind: Annotated[CorrectionKind | None, typer.Option(help="What is the matter with it.")] = None,
    text: Annotated[str, typer.Option(help="The right text, to stand in its place.")] = "",
    by: Annotated[str | None, typer.Option(metavar="WHO", help="Who says so; default: you.")] = None,
) -> None:
    """Correct a claim of a contact's persona: it disappears at once, and its evidence doesn't bring it back."""
    from bot.learning import correct as put_right

    await put_right(load_settings(), name, facet, number, kind=kind, by=by or getuser(), text=text, console=terminal())


@commands.command()
@runs
async def withdraw(
    name: Annotated[str, typer.Argument(help="A name, an email address, or a name and company.")],
    number: Annotated[int, typer.Argument(help="Which correction, by the number `persona-bot history` shows.")],
    by: Annotated[str | None, typer.Option(metavar="WHO", help="Who takes it back; default: you.")] = None,
) -> None:
    """Take a correction back."""
    from bot.learning import withdraw as take_back

    await take_back(load_settings(), name, number, by=by or getuser(), console=terminal())


@commands.command()
@runs
async def history(
    name: Annotated[str, typer.Argument(help="A name, an email address, or a name and company.")],
) -> None:
    """Print the versions of a contact's persona with what changed, and the corrections that stand."""
    from bot.learning import print_history

    await print_history(load_settings(), name, console=terminal())


@commands.command()
@runs
async def refresh(
    contact: Annotated[str | None, typer.Option(metavar="NAME", help="Only this contact's persona.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done and cost, and do nothing.")
    ] = False,
) -> None:
    """Write the personas anew that are out of date; what is unchanged costs nothing."""
    from bot.refresh_now import refresh_now

    await refresh_now(load_settings(), name=contact, dry_run=dry_run, console=terminal())


@commands.command()
@runs
async def digest(
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help="The week before this date.")] = None,
    csv: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write it as a table.")] = None,
    pdf: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write it as a PDF to print.")] = None,
) -> None:
    """Print the week as managers get it: who went quiet, what is new, where we were wrong, how it is used."""
    from bot.asking import parse_as_of
    from bot.digest_now import digest_now

    until = parse_as_of(as_of) if as_of else None
    await digest_now(load_settings(), as_of=until, csv=csv, pdf=pdf, console=terminal())
