"""The commands of who looks after it: settings, member, jobs, secret-key, migrate, doctor."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.shared import load_settings, runs, terminal

commands = typer.Typer()


class JobAction(StrEnum):
    """What may be done with failed jobs."""

    RETRY = "retry"
    DROP = "drop"


@commands.command()
@runs
async def settings(
    name: Annotated[str | None, typer.Argument(help="Which setting; all of them when there is none.")] = None,
    value: Annotated[str | None, typer.Argument(help="What it shall be; “default” puts it back.")] = None,
) -> None:
    """Print what the workspace has chosen (language, budget, variants, ...), or change one of it."""
    from bot.choosing import show_or_change

    await show_or_change(load_settings(), name, value, console=terminal())


@commands.command()
@runs
async def member(
    user_id: Annotated[str | None, typer.Argument(help="Slack user id (U…); everybody when there is none.")] = None,
    role: Annotated[str | None, typer.Option(help="rep, manager or admin.")] = None,
    team: Annotated[str | None, typer.Option(help="Whose contacts they see when the workspace chose `team`.")] = None,
    owner_email: Annotated[str | None, typer.Option(help="What the CRM calls them as an owner.")] = None,
) -> None:
    """Print who uses Persona Bot in Slack, or give one of them a role, a team, the address they own contacts by."""
    from bot.membering import show_or_change_member

    await show_or_change_member(
        load_settings(), user_id, role=role, team=team, owner_email=owner_email, console=terminal()
    )


@commands.command()
@runs
async def jobs(
    action: Annotated[JobAction | None, typer.Argument(help="Nothing lists them.")] = None,
    which: Annotated[str | None, typer.Argument(metavar="[ID|all]", help="Which failed job; all of them.")] = None,
) -> None:
    """Print the jobs that failed for good, with the class of the error; have them tried again, or drop them."""
    from bot.jobs import drop_jobs, list_jobs, retry_jobs

    if action is None:
        await list_jobs(load_settings(), console=terminal())
    else:
        act = retry_jobs if action is JobAction.RETRY else drop_jobs
        await act(load_settings(), which or "", console=terminal())


@commands.command()
def secret_key() -> None:
    """Print a new key for PERSONA_SECRET_KEY, which encrypts tokens and secrets in the database."""
    from cryptography.fernet import Fernet

    terminal().print(Fernet.generate_key().decode(), markup=False, highlight=False)


@commands.command()
@runs
async def migrate() -> None:
    """Bring the database's schema up to date. Many processes may do it at once."""
    from bot.wiring import migrate_database

    await migrate_database(load_settings())
    terminal().print("The database schema is up to date.")


@commands.command()
@runs
async def backup(file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file.")]) -> None:
    """Write all that the database holds to a file, while everybody works on."""
    from bot.backing_up import back_up_now

    await back_up_now(load_settings(), file, console=terminal())


@commands.command()
@runs
async def restore(file: Annotated[Path, typer.Argument(metavar="FILE", help="What `backup` wrote.")]) -> None:
    """Bring a backup into an empty database: another PERSONA_HOME, or a DATABASE_URL with nothing in it."""
    from bot.backing_up import restore_now

    await restore_now(load_settings(), file, console=terminal())


@commands.command()
@runs
async def doctor() -> None:
    """Check database, extensions, role, keys and Slack token, and say the fix of what is wrong."""
    from bot.doctor import examine, line

    results, console = await examine(load_settings()), terminal()
    for result in results:
        console.print(line(result), highlight=False)
    if any(result.failed for result in results):
        raise typer.Exit(1)
