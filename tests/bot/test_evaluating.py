"""An evaluation: every contact of a folder as JSON, and nothing left of it afterwards."""

import csv
import json
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from bot.evaluating import evaluate_folder, require_writable, write_documents
from persona.errors import ImportFolderError, SettingsError
from tests.bot.conftest import settings

QUIET = Console(quiet=True)
THEN, LATER = datetime(2026, 5, 5, 9, tzinfo=UTC), datetime(2026, 6, 6, 9, tzinfo=UTC)


def write_csv(path: Path, header: str, rows: Iterable[Iterable[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header.split(","))
        writer.writerows(rows)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two contacts, one not to be profiled, with two mails of Ana: one at THEN, one at LATER."""
    made = tmp_path / "crm"
    made.mkdir()
    people = [("a", "Ana Ruiz", "ana@ruiz.example", "false"), ("b", "Bo Lund", "bo@lund.example", "true")]
    write_csv(made / "contacts.csv", "external_id,name,email,do_not_profile", people)
    mails = [("a1", "a", "inbound", THEN.isoformat(), "Hi"), ("a2", "a", "inbound", LATER.isoformat(), "Hi again")]
    write_csv(made / "emails.csv", "external_id,contact_id,direction,sent_at,body", mails)
    return made


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A temporary folder of this test's own, with a path short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="pb-") as name:
        Path(name).chmod(0o755)
        monkeypatch.setattr(tempfile, "tempdir", name)
        yield Path(name)


async def test_an_evaluation_asks_everyone_as_of_the_newest_interaction_and_leaves_nothing(
    folder: Path, temporary: Path
) -> None:
    ana, bo = await evaluate_folder(settings(), folder, writer="rules", as_of=None, console=QUIET)
    seen = (ana["contact_id"], ana["as_of"], ana["metrics"]["total_interactions"]["value"], ana["method"])
    assert seen == ("a", "2026-06-06T09:00:00Z", 2, "basic")
    assert bo == {"contact_id": "b", "name": "Bo Lund", "do_not_profile": True, "facets": {}}
    assert list(temporary.iterdir()) == []


async def test_the_truth_beside_a_folder_says_as_of_when(folder: Path) -> None:
    (folder / "truth.json").write_text(json.dumps({"now": "2026-05-20T12:00Z"}))
    ana, _ = await evaluate_folder(settings(), folder, writer="rules", as_of=None, console=QUIET)
    assert (ana["as_of"], ana["metrics"]["total_interactions"]["value"]) == ("2026-05-20T12:00:00Z", 1)


async def test_a_model_that_is_not_set_up_is_an_error_and_not_a_persona_by_rules(folder: Path) -> None:
    with pytest.raises(SettingsError, match="OPENAI_API_KEY or OPENAI_BASE_URL"):
        await evaluate_folder(settings(), folder, writer="openai", as_of=None, console=QUIET)


@pytest.mark.parametrize("truth", ["{", '{"now": "soon"}', "[]", '{"now": 5}'])
async def test_an_unreadable_truth_is_named(folder: Path, truth: str) -> None:
    (folder / "truth.json").write_text(truth)
    with pytest.raises(ImportFolderError, match=r"truth\.json says no readable time"):
        await evaluate_folder(settings(), folder, writer="rules", as_of=None, console=QUIET)


def test_where_no_file_can_be_made_is_said_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="There is no folder"):
        require_writable(tmp_path / "missing" / "personas.json")
    with pytest.raises(SettingsError, match="is a folder"):
        require_writable(tmp_path)


def test_the_documents_are_written_whole(tmp_path: Path) -> None:
    out = tmp_path / "personas.json"
    write_documents([{"contact_id": "ä", "facets": {}}], out)
    assert json.loads(out.read_text()) == [{"contact_id": "ä", "facets": {}}]
    assert [path.name for path in tmp_path.iterdir()] == ["personas.json"]
