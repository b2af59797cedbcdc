"""README, environment table, Procfile, Makefile and the lock stay true to the code."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from bot.cli import app
from bot.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()


def commands() -> set[str]:
    return set(get_command(app).commands)  # type: ignore[attr-defined]


def table_under(heading: str) -> list[list[str]]:
    """The rows of the README's first table under a heading."""
    section = README.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


def test_the_environment_table_lists_every_setting_and_no_other() -> None:
    assert [row[0].strip("`") for row in table_under("Environment")] == [name.upper() for name in Settings.model_fields]


def test_the_example_environment_lists_every_setting() -> None:
    names = set(re.findall(r"^# ([A-Z_]+)=", (ROOT / ".env.example").read_text(), flags=re.MULTILINE))
    assert names == {name.upper() for name in Settings.model_fields}


def test_every_procfile_line_is_a_command_we_have() -> None:
    lines = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
    assert set(lines) == {"release", "web", "worker", "clock"}
    assert {line.split()[0] for line in lines.values()} == {"persona-bot"}
    assert {line.split()[1] for line in lines.values()} <= commands()


def test_every_command_the_readme_names_exists() -> None:
    assert set(re.findall(r"persona-bot ([a-z][a-z-]+)", README)) <= commands()


def test_every_make_target_the_readme_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", MAKEFILE, flags=re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)`", README)) <= targets
    assert {"demo", "test", "lint", "up"} <= targets


def test_ci_runs_the_readmes_test_command() -> None:
    assert "make test" in (ROOT / ".ci/run").read_text()
    assert "make test" in README


def test_the_readme_gives_a_reason_for_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = {re.split(r"[\[<>=]", requirement)[0] for requirement in project["dependencies"]}
    listed = {name.strip("` ") for row in table_under("Dependencies") for name in row[0].split(",")}
    assert names - listed == set()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock", "requirements-build.lock"])
def test_a_lock_pins_every_requirement_with_hashes_and_names_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text()
    pins = re.findall(r"^[a-z0-9._-]+==.*\\\n    --hash=sha256:", text, flags=re.MULTILINE)
    assert len(pins) == len(re.findall(r"^[a-z]", text, flags=re.MULTILINE))
    assert "://" not in text
    assert "index" not in text


def test_the_readme_gives_a_reason_for_every_scope_of_the_manifest() -> None:
    scopes = json.loads((ROOT / "manifest.json").read_text())["oauth_config"]["scopes"]["bot"]
    assert [scope for scope in scopes if f"`{scope}`" not in README] == []


def test_every_picture_the_readme_shows_is_there() -> None:
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README)
    assert pictures
    assert [p for p in pictures if not (ROOT / p).is_file()] == []
