"""How fast a CRM folder goes in, beside a raw COPY of the same files: `python -m tests.bench.bench_import [FOLDER]`.

Raw COPY hands the file's bytes to tables of text columns without an index. The import checks every row, cuts each mail
to its author's own words, and merges into the indexed tables under row-level security.
"""

import asyncio
import csv
import shutil
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import psycopg
from psycopg import sql
from rich.console import Console
from rich.table import Table

from persona.embedders import StaticEmbedder
from storage.crm.folder import open_folder, read_blocks
from storage.database import Database
from storage.embedded import DATABASE, EmbeddedServer
from storage.embeddings import embed_pending
from storage.importer import import_folder
from storage.migrations.prerequisites import APP_ROLE
from storage.schema import migrate
from storage.workspaces import ensure_default_workspace

SAMPLE = Path(__file__).parents[2] / "storage" / "sample"
OWNER = "postgres"
TARGET_RATIO = 0.25
TARGET_TEXTS_PER_S = 3000


def raw_copy(url: str, folder: Path) -> tuple[int, float]:
    """Rows and seconds of copying every file of the folder as it is."""
    rows, seconds = 0, 0.0
    with psycopg.connect(url, autocommit=True) as connection:
        for path in sorted(folder.glob("*.csv")):
            with path.open(newline="", encoding="utf-8-sig") as text:
                columns = [sql.SQL("{} text").format(sql.Identifier(name)) for name in next(csv.reader(text))]
            table = sql.Identifier(f"raw_{path.stem}")
            connection.execute(sql.SQL("CREATE TABLE {} ({})").format(table, sql.SQL(", ").join(columns)))
            start = perf_counter()
            with connection.cursor() as cursor:
                statement = sql.SQL("COPY {} FROM STDIN (FORMAT csv, HEADER)").format(table)
                with cursor.copy(statement) as copy, path.open("rb") as binary:
                    while block := binary.read(1 << 17):
                        copy.write(block)
                rows += cursor.rowcount
            seconds += perf_counter() - start
    return rows, seconds


def read_only(folder: Path) -> tuple[int, float]:
    """Rows and seconds of reading and checking alone, without a database."""
    start, rows = perf_counter(), 0
    for file in open_folder(folder):
        rows += sum(len(block) for block in read_blocks(file, skip=lambda *_: None))
    return rows, perf_counter() - start


async def import_once(database: Database, workspace_id: int, folder: Path) -> tuple[int, float]:
    """Rows and seconds of an import."""
    start = perf_counter()
    report = await import_folder(database, workspace_id, folder, progress=lambda *_: None)
    return sum(file.rows for file in report.files), perf_counter() - start


async def embed(database: Database, workspace_id: int) -> tuple[int, float]:
    """Texts and seconds of embedding what was imported, with the model loaded before."""
    embedder = StaticEmbedder()
    await embedder.embed(["warm up"])
    start = perf_counter()
    return await embed_pending(database, workspace_id, embedder, progress=lambda *_: None), perf_counter() - start


async def measure(folder: Path, server: EmbeddedServer) -> Table:
    """The table of one run in a new database."""
    owner_url = server.url(OWNER, DATABASE)
    migrate(owner_url)
    database = await Database.open(server.url(APP_ROLE, DATABASE))
    workspace_id = await ensure_default_workspace(database)
    raw = raw_copy(owner_url, folder)
    table = Table(title=f"Import of {folder.name}", title_justify="left")
    for name in ("step", "rows", "seconds", "per second", "of raw COPY", "target"):
        table.add_column(name, justify="left" if name == "step" else "right")

    def add(step: str, measured: tuple[int, float], target: str = "") -> None:
        rows, seconds = measured
        ratio = rows / seconds * raw[1] / raw[0]
        table.add_row(step, f"{rows:,}", f"{seconds:.2f}", f"{rows / seconds:,.0f}", f"{ratio:.2f}", target)

    add("raw COPY", raw)
    add("reading and checking alone", read_only(folder))
    add("import", await import_once(database, workspace_id, folder), f">= {TARGET_RATIO} of raw")
    add("import again, unchanged", await import_once(database, workspace_id, folder))
    add("embeddings", await embed(database, workspace_id), f">= {TARGET_TEXTS_PER_S:,}/s")
    await database.close()
    return table


def main() -> None:
    """Prints the table for the folder named, or for the sample CRM."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLE
    home = Path(tempfile.mkdtemp(prefix="pb-"))
    try:
        with EmbeddedServer(home) as server:
            Console().print(asyncio.run(measure(folder.resolve(), server)))
    finally:
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
