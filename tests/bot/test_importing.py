"""What an import leaves behind for the cards: benchmarks of those who count, and nobody who opted out."""

import csv
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import select
from typer.testing import CliRunner

from bot.cli import app
from bot.importing import SAMPLE_SOURCE, import_with_progress
from bot.wiring import Services
from storage.tables import industry_benchmarks

JANE = "jane.doe@northwind.example"


async def opt_out(services: Services, folder: Path, external_id: str) -> None:
    """Imports the sample's contacts again, with one who is not to be profiled any more."""
    with (files("storage") / "sample" / "contacts.csv").open(encoding="utf-8", newline="") as sample:
        rows = list(csv.DictReader(sample))
    for row in rows:
        row["do_not_profile"] = "true" if row["external_id"] == external_id else row["do_not_profile"]
    with (folder / "contacts.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    await import_with_progress(services, folder, source=SAMPLE_SOURCE, console=Console(quiet=True))


async def contacts_counted(services: Services) -> int | None:
    """How many contacts the workspace's own benchmark of interactions is made from."""
    columns = industry_benchmarks.c
    own = select(columns.n).where(
        columns.source_kind == "workspace", columns.segment == "all", columns.metric == "total_interactions"
    )
    async with services.database.workspace(await services.default_workspace()) as connection:
        return await connection.scalar(own)


async def test_one_who_opts_out_leaves_other_people_s_cards_and_the_benchmarks(
    services: Services, tmp_path: Path
) -> None:
    engine = services.engine(await services.default_workspace())
    jane = (await engine.resolve(JANE)).key
    before, counted = await engine.ask(jane), await contacts_counted(services)
    gone = before.similar[0]
    await opt_out(services, tmp_path, gone.contact_id)
    after = await engine.stored(jane)
    assert after is not None
    assert after.similar == before.similar[1:]
    assert counted is not None
    assert await contacts_counted(services) == counted - 1


async def test_looking_back_before_every_deal_s_end_nobody_alike_has_won_or_lost(services: Services) -> None:
    engine = services.engine(await services.default_workspace())
    jane = (await engine.resolve(JANE)).key
    with (files("storage") / "sample" / "deals.csv").open(encoding="utf-8", newline="") as sample:
        first_end = min(row["closed_at"] for row in csv.DictReader(sample) if row["closed_at"])
    then = datetime.fromisoformat(first_end).astimezone(UTC)
    now = await engine.ask(jane)
    past = await engine.ask(jane, as_of=then.replace(hour=0, minute=0))
    assert sum(one.won + one.lost for one in now.similar) > 0
    assert [(one.won, one.lost) for one in past.similar] == [(0, 0)] * len(past.similar)
    assert past.similar


@pytest.mark.parametrize("command", [["import", ""], ["import", " "], ["evaluate", "", "--out", "personas.json"]])
def test_an_empty_folder_name_is_refused_and_is_not_the_current_folder(command: list[str]) -> None:
    told = CliRunner().invoke(app, command)
    assert (told.exit_code, "Name a folder; the current one is a dot." in told.output) == (2, True)
