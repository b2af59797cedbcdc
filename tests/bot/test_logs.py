"""No word of a CRM, of a person in Slack or of a model stands in the log, whatever goes well or wrong; ids do."""

import json
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

import psycopg
import pytest
import structlog
from pydantic import SecretStr
from sqlalchemy import text

from bot.logs import configure_logs, ids
from bot.metering import metered
from bot.promises import QUEUE, register_promises
from bot.wiring import Services
from storage.database import Database
from storage.migrations.prerequisites import APP_ROLE
from tests.bot.conftest import settings
from tests.doubles.faults import Fault
from tests.doubles.openai_server import GOOD_KEY, OpenAIDouble
from tests.doubles.openai_server import Reply as Answer
from tests.doubles.slack_person import Person
from tests.doubles.slack_server import SlackDouble

SECRET = "Zebrafinkgate"
WHO = f"Jane {SECRET}"
_SPEAK = "UPDATE contacts SET name = :who, title = :secret, search_text = search_form(:who) WHERE name = 'Jane Doe'"
_WORDS = "UPDATE interactions SET own_words = own_words || ' ' || :secret || '.', subject = :secret, body = :secret"


@pytest.fixture
def logged(capsys: pytest.CaptureFixture[str]) -> Iterator[list[str]]:
    """The lines of our log and of the libraries', as a process writes them."""
    before, handlers = structlog.get_config(), logging.root.handlers[:]
    level = logging.root.level
    lines: list[str] = []
    logging.root.handlers.clear()
    configure_logs()
    structlog.configure(cache_logger_on_first_use=False, logger_factory=lambda *_: _Lines(lines))
    logging.root.handlers = [_Kept(lines)]
    yield lines
    structlog.configure(**before)
    logging.root.handlers, logging.root.level = handlers, level


class _Lines:
    """Where structlog prints."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines

    def _keep(self, line: str) -> None:
        self._lines.append(line)

    msg = debug = info = warning = error = _keep


class _Kept(logging.Handler):
    """Where the libraries log."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(self.format(record))


@pytest.fixture
async def model() -> AsyncIterator[OpenAIDouble]:
    async with OpenAIDouble().serve() as double:
        yield double


@pytest.fixture
async def services(sample_url: str, slack: SlackDouble, model: OpenAIDouble) -> AsyncIterator[Services]:
    known = settings(slack, openai_api_key=SecretStr(GOOD_KEY), openai_base_url=model.url)
    made = Services(known, await Database.open(sample_url))
    async with made.database.workspace(await made.default_workspace()) as connection:
        await connection.execute(text(_SPEAK), {"who": WHO, "secret": SECRET})
        await connection.execute(text(_WORDS), {"secret": SECRET})
    async with made.queue.open_async():
        yield made
    await made.close()


async def work(services: Services) -> None:
    if "write_persona" not in services.queue.tasks:
        register_promises(services.queue, services.tasks, poster=services.poster)
    around: list[Any] = [metered(services.metrics)]
    await services.queue.run_worker_async(
        queues=[QUEUE], wait=False, install_signal_handlers=False, worker_middleware=around
    )


async def test_neither_what_goes_well_nor_what_goes_wrong_puts_anybodys_words_into_the_log(
    services: Services, sample_url: str, rep: Person, model: OpenAIDouble, logged: list[str]
) -> None:
    slack, app = rep.slack, rep.app
    model.replies += [Answer(content=SECRET), Answer(status=500, message=SECRET), Answer(refusal=SECRET)]
    await slack.command(app, WHO)
    await work(services)
    shown = await rep.command(WHO)
    await rep.press("Share…", shown)
    await rep.fill("Note above the card", SECRET)
    slack.faults.on(Fault.BROKEN)
    await rep.submit()
    await work(services)
    await slack.command(app, f"{SECRET} who is nobody")
    slack.faults.off()
    with psycopg.connect(sample_url.replace(APP_ROLE, "postgres")) as connection:
        connection.execute("ALTER TABLE interactions RENAME TO elsewhere")
    await slack.command(app, f"basic {WHO}")
    await rep.press("Refresh", shown)
    await work(services)
    failed = [json.loads(line) for line in logged if '"failed"' in line]
    assert SECRET not in "\n".join(logged)
    assert failed
    assert all(line["reference"] and ("job" in line or "kind" in line) for line in failed)


def test_only_what_looks_like_an_id_is_one() -> None:
    assert ids(a="T0123", b="Jane Doe", c=7, d=None, e={"x": 1}, f="ü", g="x" * 65) == {"a": "T0123", "c": 7}
