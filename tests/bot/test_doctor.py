"""The doctor tells what is broken from what nobody has needed yet."""

import tempfile
from pathlib import Path

import psycopg
import pytest

from bot.doctor import Result, Verdict, examine
from bot.evaluating import stopped
from bot.wiring import Services
from persona.errors import SchemaOutdatedError
from storage.embedded import EmbeddedServer
from storage.schema import migrate, newest_revision
from tests.bot.conftest import settings
from tests.bot.test_engine import ask

SIGNING = (
    "SLACK_SIGNING_SECRET is not set, so `web` and `up` can't start. Copy it from the Slack app's Basic Information "
    "page into .env or the environment."
)


def about(subject: str, results: list[Result]) -> list[tuple[Verdict, str]]:
    return [(result.verdict, result.finding) for result in results if result.subject == subject]


async def test_a_home_never_used_is_no_failure() -> None:
    # Not in pytest's tmp_path: a socket's path must be short, and the server's user must get there.
    with tempfile.TemporaryDirectory(prefix="pb-") as home:
        results = await examine(settings(persona_home=Path(home), slack_bot_token=None))
        await stopped(Path(home))
    assert about("schema", results) == [
        (Verdict.MISSING, "not created yet: the next command that needs it brings it up to date")
    ]
    assert [result.subject for result in results if result.failed] == []


async def test_a_signing_secret_is_missed_once_slack_is_being_set_up(sample_url: str) -> None:
    without = await examine(settings(database_url=sample_url, slack_bot_token=None))
    begun = await examine(settings(database_url=sample_url))
    assert [about("Slack signing", results) for results in (without, begun)] == [
        [(Verdict.MISSING, SIGNING)],
        [(Verdict.FAILED, SIGNING)],
    ]


async def test_how_many_private_sentences_were_withheld_is_told_once_for_each_contact(
    services: Services, sample_url: str
) -> None:
    who = "Nadia Ruiz"
    before = about("privacy", await examine(settings(database_url=sample_url)))
    personas = [(await ask(services, who, fresh=True)).persona for _ in range(2)]
    kept = {persona.withheld for persona in personas if persona}
    told = about("privacy", await examine(settings(database_url=sample_url)))
    [n] = kept
    assert n > 0
    assert (before, told) == (
        [],
        [(Verdict.GOOD, f"{n} sentences on private matters were kept out of the personas in “Default”")],
    )


async def test_a_database_of_one_s_own_that_was_never_migrated_is_a_failure(server: EmbeddedServer) -> None:
    results = await examine(settings(database_url=server.url("postgres", "postgres")))
    [(verdict, _)] = about("schema", results)
    assert verdict is Verdict.FAILED


def test_a_schema_of_a_newer_version_is_neither_migrated_nor_used(owner_url: str) -> None:
    with psycopg.connect(owner_url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaOutdatedError) as refused:
        migrate(owner_url)
    assert refused.value.user_message == (
        f"The database schema is 9999, of a newer Persona Bot; this version knows {newest_revision()}. "
        "Update Persona Bot."
    )
