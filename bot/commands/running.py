"""The commands that serve until they are stopped: web, worker, clock, up."""

from typing import Annotated

import typer

from bot.commands.shared import load_settings, runs

commands = typer.Typer()


@commands.command()
@runs
async def web(
    host: Annotated[str | None, typer.Option(help="Address to bind; default HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to bind; default PORT.")] = None,
) -> None:
    """Serve Slack's requests."""
    from bot.processes import run_web

    settings = load_settings()
    await run_web(settings, host=host or settings.host, port=port or settings.port)


@commands.command()
@runs
async def worker() -> None:
    """Do the jobs: write personas, deliver cards."""
    from bot.processes import run_worker

    await run_worker(load_settings())


@commands.command()
@runs
async def clock() -> None:
    """Enqueue what is due."""
    from bot.processes import run_clock

    await run_clock(load_settings())


@commands.command()
@runs
async def up(
    host: Annotated[str | None, typer.Option(help="Address to bind; default HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to bind; default PORT.")] = None,
) -> None:
    """Run everything in one process on the embedded database: web, worker and clock."""
    from bot.processes import run_all

    settings = load_settings()
    await run_all(settings, host=host or settings.host, port=port or settings.port)
