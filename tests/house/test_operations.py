"""What the operator's pages name is there: commands, settings, metrics, files."""

import json
import re
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from typer.main import get_command

from bot.cli import app
from bot.metrics import Metrics
from bot.settings import Settings

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("operations.md", "grafana-dashboard.json", "deploy/alerts.yaml", "deploy/compose.yaml", "deploy/Dockerfile")
UNIT = "deploy/persona-bot@.service"
# Those of others: of PostgreSQL's image, of pip.
OTHERS = {"POSTGRES_DB", "POSTGRES_PASSWORD"}


def page(name: str) -> str:
    return (DOCS / name).read_text()


def metrics() -> set[str]:
    """Every name a sample of ours may have."""
    families = text_string_to_metric_families(Metrics().page(None).decode())
    suffixes = ("", "_total", "_count", "_sum", "_bucket")
    return {f"{family.name}{suffix}" for family in families for suffix in suffixes}


@pytest.mark.parametrize("name", PAGES)
def test_every_metric_a_page_names_is_measured(name: str) -> None:
    named = set(re.findall(r"(?<![\w-])(?:persona|process)_[a-z_]+(?![\w@.])", page(name)))
    assert named - metrics() - {"persona_app"} == set()


def test_the_dashboard_shows_every_metric_of_ours_by_queries_alone() -> None:
    queries = " ".join(target["expr"] for panel in json.loads(page(PAGES[1]))["panels"] for target in panel["targets"])
    ours = {family.name for family in text_string_to_metric_families(Metrics().page(None).decode())}
    shown = {name for name in ours if name in queries or not name.startswith("persona_")}
    assert {name for name in ours - shown if not name.endswith("_created")} == {"persona_database_up"}


@pytest.mark.parametrize("name", [*PAGES, UNIT])
def test_every_command_a_page_names_is_one_of_ours(name: str) -> None:
    commands = set(getattr(get_command(app), "commands", {}))
    named = set(re.findall(r"persona-bot (?!%i)([a-z][a-z-]+)", page(name)))
    named |= set(re.findall(r'"persona-bot", "([a-z-]+)"', page(name)))
    assert named - commands == set()


@pytest.mark.parametrize("name", [*PAGES, UNIT])
def test_every_setting_a_page_names_is_one_of_ours(name: str) -> None:
    named = set(re.findall(r"(?<![\w-])[A-Z]+(?:_[A-Z]+)+(?=[`=:}, |])", page(name)))
    assert named - OTHERS - {known.upper() for known in Settings.model_fields} == set()


def test_every_page_an_operators_page_links_to_exists() -> None:
    linked = re.findall(r"\]\(([^)#]+)\)", page("operations.md"))
    assert [name for name in linked if not (DOCS / name).exists()] == []
