"""`persona-bot digest`: the week as managers get it, printed or written to files."""

from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from blocks.digest import day, lists, standing
from blocks.trends import trends
from bot.asking import write_file
from bot.digesting import as_csv
from bot.settings import Settings
from bot.wiring import open_services
from persona.digest import ALL, Digest, week_in_a_sentence
from storage.digest import digest_of


async def digest_now(
    settings: Settings, *, as_of: datetime | None, csv: Path | None, pdf: Path | None, console: Console
) -> None:
    """Prints the digest of the seven days before `as_of` or now; raises SettingsError when a file can't be written."""
    until = as_of or datetime.now(UTC)
    async with open_services(settings) as services:
        workspace_id = await services.default_workspace()
        async with services.database.workspace(workspace_id) as connection:
            digest = await digest_of(connection, workspace_id, until=until)
            whole = await digest_of(connection, workspace_id, until=until, most=ALL) if csv is not None else digest
    _print(digest, console)
    if csv is not None:
        write_file(csv, as_csv(whole).encode())
    if pdf is not None:
        from blocks.digest_pdf import render_digest_pdf  # its fonts and charts take a second to load

        write_file(pdf, render_digest_pdf(digest, now=until))


def _print(digest: Digest, console: Console) -> None:
    console.print(f"[bold]The week to {day(digest.until)}[/]")
    console.print(escape(week_in_a_sentence(digest)), highlight=False)
    for name, kind in lists(digest):
        if kind.n:
            console.print(f"\n[bold]{name}[/] ({kind.n:,})", highlight=False)
            for named in kind.first:
                console.print(f"  {escape(named.name)}: {escape(named.said)}", highlight=False)
    console.print()
    for fact in standing(digest):
        console.print(f"  {escape(fact)}", highlight=False)
    for title, points in trends(digest.weeks):
        console.print(f"  {title}: {', '.join(f'{label} {value:g}' for label, value in points)}", highlight=False)
