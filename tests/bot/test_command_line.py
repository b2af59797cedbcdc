"""The command line: quick to start, and a sentence for every question that has no card."""

import subprocess
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from blocks.pdf import render_pdf
from bot.asking import Files, Question, about_the_time, find_profile, show_profile, waits_for
from bot.cli import app
from bot.wiring import Services
from persona.errors import AmbiguousContactError, ContactNotFoundError, PersonaBotError, SettingsError
from tests.bot.conftest import settings
from tests.profiles import NOW, rich_profile

ROOT = Path(__file__).parents[2]
JANE = "jane.doe@northwind.example"
# What takes long to import, each with the command line's own part that mustn't need it.
SLOW = {"numpy", "sqlalchemy", "scipy", "openai", "slack_bolt", "slack_sdk", "procrastinate", "alembic", "wordllama"}


def loaded_by(statement: str) -> set[str]:
    """The slow packages that a fresh Python has loaded after a statement."""
    program = f"import sys; {statement}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True)
    return SLOW & set(done.stdout.split())


def test_help_loads_nothing_slow() -> None:
    assert loaded_by("import bot.cli") == set()


def test_asking_loads_neither_clients_nor_what_only_a_measurement_or_a_migration_needs() -> None:
    assert loaded_by("import bot.asking") == {"numpy", "sqlalchemy"}


@pytest.mark.parametrize("name", ["", "  "])
def test_asking_for_nobody_says_what_to_type(name: str) -> None:
    told = CliRunner().invoke(app, ["ask", name])
    sentence = "✗ Name a contact: a name, an email address, or a name and company.\n"
    assert (told.exit_code, told.stdout, told.stderr) == (1, "", sentence)


async def test_a_day_to_come_and_a_day_before_all_data_are_said_to_be_so(services: Services) -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)

    async def note(as_of: datetime | None) -> str | None:
        profile = await find_profile(services, Question(JANE, writer="rules", as_of=as_of))
        return about_the_time(profile, as_of=as_of, now=now)

    assert [await note(day) for day in (None, now, now.replace(year=2030), now.replace(year=2001))] == [
        None,
        None,
        "2030-11-23 is in the future: the card counts on from what is known today.",
        "By 2001-11-23 the CRM holds nothing about Jane Doe. Try a later date.",
    ]


def test_who_waits_is_told_for_whom_and_how_long_at_most() -> None:
    with_model = settings(openai_api_key="sk-1", openai_model="gpt-4o-mini", openai_timeout_s=90)
    asked = [(with_model, None), (with_model, "openai"), (with_model, "rules"), (settings(), None)]
    assert [waits_for(known, Question(JANE, writer=writer)) for known, writer in asked] == [
        "gpt-4o-mini writes; rules after 90 s",
        "gpt-4o-mini writes; rules after 90 s",
        "Writing by rules",
        "Writing by rules",
    ]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            ContactNotFoundError("x" * 90, nearest=["y" * 90]),
            f"No contact called “{'x' * 79}…”. Did you mean {'y' * 79}…?",
        ),
        (
            AmbiguousContactError("x" * 90, ["y" * 90]),
            f"Several contacts fit “{'x' * 79}…”: {'y' * 79}…. Add the company or use the email address.",
        ),
    ],
)
def test_names_without_end_are_clipped_in_errors(error: PersonaBotError, sentence: str) -> None:
    assert error.user_message == sentence


def test_a_pdf_that_is_asked_for_is_written_and_one_that_cannot_be_is_said(tmp_path: Path) -> None:
    show = partial(show_profile, rich_profile(), now=NOW, console=Console(quiet=True), as_json=False)
    show(files=Files(pdf=tmp_path / "jane.pdf"))
    assert (tmp_path / "jane.pdf").read_bytes() == render_pdf(rich_profile(), now=NOW)
    nowhere = tmp_path / "no" / "jane.pdf"
    with pytest.raises(SettingsError) as refused:
        show(files=Files(pdf=nowhere))
    assert refused.value.user_message == f"{nowhere} can't be written: No such file or directory."
