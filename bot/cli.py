"""The `persona-bot` command: what may be typed. What a command works with is imported when it runs, not for --help."""

import asyncio
from collections.abc import Awaitable, Callable
from enum import StrEnum
from functools import wraps
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec

import typer
from rich.console import Console
from rich.markup import escape

from persona.errors import PersonaBotError
from persona.model import CorrectionKind, Facet, Method

if TYPE_CHECKING:
    from bot.settings import Settings

app = typer.Typer(
    name="persona-bot",
    help="Sales personas from your CRM history, where every claim opens its quote.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
P = ParamSpec("P")
SUMMARIES = ("name", "summary", "key_points")  # where a claim stands outside the facets


class WriterName(StrEnum):
    """Who may be asked to write."""

    RULES = "rules"
    OPENAI = "openai"


class JobAction(StrEnum):
    """What may be done with failed jobs."""

    RETRY = "retry"
    DROP = "drop"


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
    pdf: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write it as a PDF to print.")] = None,
) -> None:
    """Print a contact's persona, with numbers, quotes and dates."""
    from bot.asking import Files, Question, parse_as_of
    from bot.asking import ask as answer

    question = Question(name, method, writer.value if writer else None, parse_as_of(as_of), fresh)
    await answer(_settings(), question, console=_console(), as_json=as_json, files=Files(html, pdf))


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
    from bot.importing import import_with_progress
    from bot.wiring import open_services

    async with open_services(_settings()) as services:
        await import_with_progress(services, folder, source=source, console=_console())


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
    from bot import evaluating
    from bot.asking import parse_as_of

    moment, console = parse_as_of(as_of), _console()
    evaluating.require_writable(out)
    documents = await evaluating.evaluate_folder(
        _settings(), folder, writer=writer.value if writer else None, as_of=moment, console=console
    )
    evaluating.write_documents(documents, out)
    evaluating.print_summary(documents, console)


@app.command()
@_runs
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

    await put_right(_settings(), name, facet, number, kind=kind, by=by or getuser(), text=text, console=_console())


@app.command()
@_runs
async def withdraw(
    name: Annotated[str, typer.Argument(help="A name, an email address, or a name and company.")],
    number: Annotated[int, typer.Argument(help="Which correction, by the number `persona-bot history` shows.")],
    by: Annotated[str | None, typer.Option(metavar="WHO", help="Who takes it back; default: you.")] = None,
) -> None:
    """Take a correction back."""
    from bot.learning import withdraw as take_back

    await take_back(_settings(), name, number, by=by or getuser(), console=_console())


@app.command()
@_runs
async def history(
    name: Annotated[str, typer.Argument(help="A name, an email address, or a name and company.")],
) -> None:
    """Print the versions of a contact's persona with what changed, and the corrections that stand."""
    from bot.learning import print_history

    await print_history(_settings(), name, console=_console())


@app.command()
@_runs
async def refresh(
    contact: Annotated[str | None, typer.Option(metavar="NAME", help="Only this contact's persona.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done and cost, and do nothing.")
    ] = False,
) -> None:
    """Write the personas anew that are out of date; what is unchanged costs nothing."""
    from bot.refresh_now import refresh_now

    await refresh_now(_settings(), name=contact, dry_run=dry_run, console=_console())


@app.command()
@_runs
async def digest(
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help="The week before this date.")] = None,
    csv: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write it as a table.")] = None,
    pdf: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write it as a PDF to print.")] = None,
) -> None:
    """Print the week as managers get it: who went quiet, what is new, where we were wrong, how it is used."""
    from bot.asking import parse_as_of
    from bot.digest_now import digest_now

    until = parse_as_of(as_of) if as_of else None
    await digest_now(_settings(), as_of=until, csv=csv, pdf=pdf, console=_console())


@app.command()
@_runs
async def settings(
    name: Annotated[str | None, typer.Argument(help="Which setting; all of them when there is none.")] = None,
    value: Annotated[str | None, typer.Argument(help="What it shall be; “default” puts it back.")] = None,
) -> None:
    """Print what the workspace has chosen (language, budget, variants, ...), or change one of it."""
    from bot.choosing import show_or_change

    await show_or_change(_settings(), name, value, console=_console())


@app.command()
@_runs
async def webhook(
    action: Annotated[str, typer.Argument(help="add, rotate, list or remove.")],
    source: Annotated[str | None, typer.Argument(help="The CRM's name, as in the address it sends to.")] = None,
) -> None:
    """Let a CRM send what happens, give it a new secret, print who may send, or stop one (see docs/webhooks.md)."""
    from bot.webhook_admin import administer, parse_action

    await administer(_settings(), parse_action(action), source, console=_console())


@app.command()
def secret_key() -> None:
    """Print a new key for PERSONA_SECRET_KEY, which encrypts tokens and secrets in the database."""
    from cryptography.fernet import Fernet

    _console().print(Fernet.generate_key().decode(), markup=False, highlight=False)


@app.command()
@_runs
async def member(
    user_id: Annotated[str | None, typer.Argument(help="Slack user id (U…); everybody when there is none.")] = None,
    role: Annotated[str | None, typer.Option(help="rep, manager or admin.")] = None,
    team: Annotated[str | None, typer.Option(help="Whose contacts they see when the workspace chose `team`.")] = None,
    owner_email: Annotated[str | None, typer.Option(help="What the CRM calls them as an owner.")] = None,
) -> None:
    """Print who uses Persona Bot in Slack, or give one of them a role, a team, the address they own contacts by."""
    from bot.membering import show_or_change_member

    await show_or_change_member(_settings(), user_id, role=role, team=team, owner_email=owner_email, console=_console())


@app.command()
@_runs
async def demo() -> None:
    """Import the sample CRM that ships with Persona Bot, and print Jane Doe's persona."""
    from bot.demo import demonstrate

    await demonstrate(_settings(), console=_console())


@app.command()
@_runs
async def jobs(
    action: Annotated[JobAction | None, typer.Argument(help="Nothing lists them.")] = None,
    which: Annotated[str | None, typer.Argument(metavar="[ID|all]", help="Which failed job; all of them.")] = None,
) -> None:
    """Print the jobs that failed for good, with the class of the error; have them tried again, or drop them."""
    from bot.jobs import drop_jobs, list_jobs, retry_jobs

    if action is None:
        await list_jobs(_settings(), console=_console())
    else:
        act = retry_jobs if action is JobAction.RETRY else drop_jobs
        await act(_settings(), which or "", console=_console())


@app.command()
@_runs
async def migrate() -> None:
    """Bring the database's schema up to date. Many processes may do it at once."""
    from bot.wiring import migrate_database

    await migrate_database(_settings())
    _console().print("The database schema is up to date.")


@app.command()
@_runs
async def web(
    host: Annotated[str | None, typer.Option(help="Address to bind; default HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to bind; default PORT.")] = None,
) -> None:
    """Serve Slack's requests."""
    from bot.processes import run_web

    settings = _settings()
    await run_web(settings, host=host or settings.host, port=port or settings.port)


@app.command()
@_runs
async def worker() -> None:
    """Do the jobs: write personas, deliver cards."""
    from bot.processes import run_worker

    await run_worker(_settings())


@app.command()
@_runs
async def clock() -> None:
    """Enqueue what is due."""
    from bot.processes import run_clock

    await run_clock(_settings())


@app.command()
@_runs
async def up(
    host: Annotated[str | None, typer.Option(help="Address to bind; default HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to bind; default PORT.")] = None,
) -> None:
    """Run everything in one process on the embedded database: web, worker and clock."""
    from bot.processes import run_all

    settings = _settings()
    await run_all(settings, host=host or settings.host, port=port or settings.port)


@app.command()
@_runs
async def doctor() -> None:
    """Check database, extensions, role, keys and Slack token, and say the fix of what is wrong."""
    from bot.doctor import examine, line

    results, console = await examine(_settings()), _console()
    for result in results:
        console.print(line(result), highlight=False)
    if any(result.failed for result in results):
        raise typer.Exit(1)


def _settings() -> "Settings":
    from bot.settings import load_settings

    return load_settings()


def _console() -> Console:
    return Console(width=min(Console().width, 110))


def main(argv: list[str] | None = None) -> Any:
    """The console script."""
    from bot.logs import configure_logs

    configure_logs()
    return app(args=argv)
