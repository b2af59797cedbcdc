"""The `persona-bot` command."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, ParamSpec

import typer
from rich.console import Console
from rich.markup import escape

from blocks.page import render_page
from blocks.terminal import render_terminal
from bot import doctor as checks
from bot import evaluating, importing, processes
from bot.logs import configure_logs
from bot.settings import load_settings
from bot.wiring import open_services
from persona.errors import PersonaBotError, SettingsError
from persona.export import export_profile
from persona.model import Method, Profile

app = typer.Typer(
    name="persona-bot",
    help="Sales personas from your CRM history, where every claim opens its quote.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
P = ParamSpec("P")


class WriterName(StrEnum):
    """Who may be asked to write."""

    RULES = "rules"
    OPENAI = "openai"


def _runs(main: Callable[P, Awaitable[None]]) -> Callable[P, None]:
    """An async command as a plain one: an error we know is its sentence on stderr and exit code 1, no stack."""

    @wraps(main)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            asyncio.run(_awaited(main(*args, **kwargs)))
        except PersonaBotError as error:
            Console(stderr=True).print(f"[bold red]✗[/] {escape(error.user_message)}", highlight=False)
            raise typer.Exit(1) from None
        except KeyboardInterrupt:
            raise typer.Exit(130) from None

    return run


async def _awaited(work: Awaitable[None]) -> None:
    await work


def _folder(named: str) -> Path:
    """A folder named on the command line; an empty name would silently mean the current folder."""
    if not named.strip():
        raise typer.BadParameter("Name a folder; the current one is a dot.")
    return Path(named)


@app.command()
@_runs
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
) -> None:
    """Print a contact's persona, with numbers, quotes and dates."""
    moment = parse_as_of(as_of)
    async with open_services(load_settings()) as services:
        engine = services.engine(await services.default_workspace())
        contact = await engine.resolve(name)
        profile = await engine.ask(
            contact.key, method=method, writer=writer.value if writer else None, as_of=moment, fresh=fresh
        )
    show_profile(profile, now=moment or datetime.now(UTC), as_json=as_json, html=html)


@app.command(name="import")
@_runs
async def import_(
    folder: Annotated[
        Path,
        typer.Argument(
            parser=_folder, metavar="FOLDER", help="A CRM folder: contacts.csv, emails.csv, ... (see the README)."
        ),
    ],
    source: Annotated[str, typer.Option(help="Which CRM the rows are from; they are matched within it.")] = "folder",
) -> None:
    """Import a CRM folder, measure its contacts and embed their words. Importing twice changes nothing."""
    async with open_services(load_settings()) as services:
        await importing.import_with_progress(services, folder, source=source, console=_console())


@app.command()
@_runs
async def evaluate(
    folder: Annotated[
        Path,
        typer.Argument(parser=_folder, metavar="FOLDER", help="A CRM folder to try; your own data is not touched."),
    ],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where the personas go, a list in JSON.")],
    writer: Annotated[WriterName | None, typer.Option(help="Who writes; default: the model when set up.")] = None,
    as_of: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Read nothing later; default: truth.json's now, else the newest row."),
    ] = None,
) -> None:
    """Write the persona of every contact of a CRM folder, in a database of its own that is deleted afterwards."""
    moment, console = parse_as_of(as_of), _console()
    evaluating.require_writable(out)
    documents = await evaluating.evaluate_folder(
        load_settings(), folder, writer=writer.value if writer else None, as_of=moment, console=console
    )
    evaluating.write_documents(documents, out)
    evaluating.print_summary(documents, console)


@app.command()
@_runs
async def demo() -> None:
    """Import the sample CRM that ships with Persona Bot, and print Jane Doe's persona."""
    async with open_services(load_settings()) as services:
        await importing.import_sample(services, console=_console())
        engine = services.engine(await services.default_workspace())
        contact = await engine.resolve("jane.doe@northwind.example")
        profile = await engine.ask(contact.key)
    show_profile(profile, now=datetime.now(UTC), as_json=False, html=None)


@app.command()
@_runs
async def migrate() -> None:
    """Bring the database's schema up to date. Many processes may do it at once."""
    await processes.migrate(load_settings())
    _console().print("The database schema is up to date.")


@app.command()
@_runs
async def web(
    host: Annotated[str | None, typer.Option(help="Address to bind; default HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to bind; default PORT.")] = None,
) -> None:
    """Serve Slack's requests."""
    settings = load_settings()
    await processes.run_web(settings, host=host or settings.host, port=port or settings.port)


@app.command()
@_runs
async def worker() -> None:
    """Do the jobs: write personas, deliver cards."""
    await processes.run_worker(load_settings())


@app.command()
@_runs
async def clock() -> None:
    """Enqueue what is due."""
    await processes.run_clock(load_settings())


@app.command()
@_runs
async def up(
    host: Annotated[str | None, typer.Option(help="Address to bind; default HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to bind; default PORT.")] = None,
) -> None:
    """Run everything in one process on the embedded database: web, worker and clock."""
    settings = load_settings()
    await processes.run_all(settings, host=host or settings.host, port=port or settings.port)


@app.command()
@_runs
async def doctor() -> None:
    """Check database, extensions, role, keys and Slack token, and say the fix of what is wrong."""
    results = await checks.examine(load_settings())
    console = _console()
    for result in results:
        console.print(checks.line(result), highlight=False)
    if any(result.failed for result in results):
        raise typer.Exit(1)


def parse_as_of(text: str | None) -> datetime | None:
    """A date as its last moment in UTC, or an ISO time with an offset; raises SettingsError on anything else."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if len(text) <= len("2026-11-20"):
            return datetime.combine(moment.date(), time.max, tzinfo=UTC)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise SettingsError(
            f"--as-of takes a date such as 2026-11-20, or a time such as 2026-11-20T12:00Z, not “{text}”."
        ) from error


def show_profile(profile: Profile, *, now: datetime, as_json: bool, html: Path | None) -> None:
    """Prints the profile as a card or as JSON; writes the page if one is asked for, or raises SettingsError."""
    if html is not None:
        try:
            html.write_text(render_page(profile, now=now), encoding="utf-8")
        except OSError as error:
            raise SettingsError(f"{html} can't be written: {error.strerror}.") from error
    if as_json:
        sys.stdout.write(json.dumps(export_profile(profile), ensure_ascii=False, indent=2) + "\n")
    else:
        _console().print(render_terminal(profile, now=now))
    if html is not None:
        Console(stderr=True).print(f"The page is in {escape(str(html))}", highlight=False)


def _console() -> Console:
    return Console(width=min(Console().width, 110))


def main(argv: list[str] | None = None) -> Any:
    """The console script."""
    configure_logs()
    return app(args=argv)
