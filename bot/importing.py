"""An import as a person sees it: progress while it runs, then what came in, what was skipped, and why."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from bot.wiring import Services
from storage.importer import ImportReport, import_folder
from storage.intake import take_in_waiting

SAMPLE_SOURCE: Final = "sample"
_SKIPPED_SHOWN: Final = 20


async def import_with_progress(services: Services, folder: Path, *, source: str, console: Console) -> ImportReport:
    """Imports a folder into the default workspace, embeds the new words, measures who changed; prints the report.

    Raises ImportFolderError. Stopped half-way, the same command carries on where it was.
    """
    workspace_id = await services.default_workspace()
    with progress_bars(console) as bars:
        report = await import_folder(services.database, workspace_id, folder, source=source, progress=bars.show)
        async with services.database.workspace(workspace_id) as connection:
            await take_in_waiting(connection, workspace_id, source)
            await services.withdrawing.ask(connection, workspace_id)
        await services.measuring.catch_up(workspace_id, changed=bool(report.contacts_changed), show=bars.show)
    _print_report(report, console)
    return report


async def import_sample(services: Services, *, console: Console) -> None:
    """Imports the sample CRM that ships with the product; nothing happens when it is there already."""
    with as_file(files("storage") / "sample") as folder:
        await import_with_progress(services, folder, source=SAMPLE_SOURCE, console=console)


class Bars:
    """Progress bars by name."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks = {t.description: t.id for t in progress.tasks}

    def show(self, name: str, done: int, total: int) -> None:
        """Sets a bar, made when first named."""
        if name not in self._tasks:
            self._tasks[name] = self._progress.add_task(name, total=total)
        self._progress.update(self._tasks[name], completed=done, total=total)


@contextmanager
def progress_bars(console: Console) -> Iterator[Bars]:
    """Bars that show while the block runs."""
    columns = (TextColumn("{task.description:<20}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=not console.is_terminal) as progress:
        yield Bars(progress)


def _print_report(report: ImportReport, console: Console) -> None:
    table = Table(title="Import", box=None, title_justify="left", title_style="bold", pad_edge=False)
    table.add_column("file")
    for name in ("rows", "new", "changed", "unchanged", "skipped"):
        table.add_column(name, justify="right")
    for file in report.files:
        figures = (file.rows, file.inserted, file.changed, file.unchanged, file.skipped)
        table.add_row(file.name, *(f"{figure:,}" for figure in figures))
    console.print(table)
    for skipped in report.skipped[:_SKIPPED_SHOWN]:
        console.print(f"  {skipped.file} line {skipped.line}: {escape(skipped.reason)}", highlight=False)
    more = sum(file.skipped for file in report.files) - min(len(report.skipped), _SKIPPED_SHOWN)
    if more > 0:
        console.print(f"  and {more:,} more rows skipped")
