"""What all commands share: how they run and fail, what they print on, how a folder is named."""

import asyncio
from collections.abc import Awaitable, Callable
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec

import typer
from rich.console import Console
from rich.markup import escape

from persona.errors import PersonaBotError

if TYPE_CHECKING:
    from bot.settings import Settings

P = ParamSpec("P")


class WriterName(StrEnum):
    """Who may be asked to write."""

    RULES = "rules"
    OPENAI = "openai"


def runs(main: Callable[P, Awaitable[None]]) -> Callable[P, None]:
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


def folder(named: str) -> Path:
    """A folder named on the command line; an empty name would silently mean the current folder."""
    if not named.strip():
        raise typer.BadParameter("Name a folder; the current one is a dot.")
    return Path(named)


def load_settings() -> "Settings":
    """The settings of the environment; raises SettingsError."""
    from bot import settings

    return settings.load_settings()


def terminal() -> Console:
    """What is printed on, not too wide to read."""
    return Console(width=min(Console().width, 110))
