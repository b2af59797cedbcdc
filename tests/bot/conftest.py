"""A database that holds the sample CRM, the app over it, and Slack's double."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import LiteralString
from uuid import uuid4

import httpx
import psycopg
import pytest
from psycopg import sql
from pydantic import SecretStr
from rich.console import Console
from slack_sdk.web.async_client import AsyncWebClient

from bot.importing import import_sample
from bot.metrics import Metrics
from bot.posting import Poster
from bot.promises import QUEUE, register_promises
from bot.settings import Settings
from bot.slack_calls import SlackCalls
from bot.wiring import Services
from storage.database import Database
from storage.embedded import EmbeddedServer
from storage.migrations.prerequisites import APP_ROLE
from tests.doubles.slack_person import Person
from tests.doubles.slack_server import SlackDouble

SAMPLE = "template_sample"
Troubled = Callable[[], AbstractContextManager[None]]


def settings(slack: SlackDouble | None = None, **fields: object) -> Settings:
    """Settings of a test: nothing of the machine's own environment, every client on this machine."""
    url = slack.url if slack else "http://127.0.0.1:9"
    known = {
        "database_url": None,
        "slack_signing_secret": SecretStr(slack.signing_secret) if slack else None,
        "slack_bot_token": SecretStr("xoxb-test"),
        "slack_api_url": f"{url}/api/",
        "openai_api_key": None,
        "openai_base_url": None,
    }
    return Settings.model_validate({**known, **fields})


def _clone(server: EmbeddedServer, name: str, template: str) -> None:
    with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as connection:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))


@pytest.fixture(scope="session")
def sample_template(server: EmbeddedServer, template: str) -> str:
    """The name of a database with the sample CRM imported, to clone."""

    async def fill() -> None:
        services = Services(settings(), await Database.open(server.url(APP_ROLE, SAMPLE)))
        await import_sample(services, console=Console(quiet=True))
        await services.close()

    _clone(server, SAMPLE, template)
    asyncio.run(fill())
    return SAMPLE


@contextmanager
def sample_database(server: EmbeddedServer, sample_template: str) -> Iterator[str]:
    """URL, for the app's role, of a database with the sample CRM that is there while the block runs."""
    name = f"sample_{uuid4().hex[:12]}"
    _clone(server, name, sample_template)
    yield server.url(APP_ROLE, name)
    with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def sample_url(server: EmbeddedServer, sample_template: str) -> Iterator[str]:
    """URL, for the app's role, of a fresh database with the sample CRM."""
    with sample_database(server, sample_template) as url:
        yield url


@pytest.fixture
async def slack() -> AsyncIterator[SlackDouble]:
    """Slack's double, serving."""
    async with SlackDouble().serve() as double:
        yield double


def poster_to(slack: SlackDouble) -> Poster:
    """A poster whose every workspace is the double's."""

    async def token(_: int) -> str:
        return "xoxb-test"

    client = AsyncWebClient(base_url=f"{slack.url}/api/", retry_handlers=[])
    return Poster(SlackCalls(client, token, Metrics()))


@pytest.fixture
async def services(sample_url: str, slack: SlackDouble) -> AsyncIterator[Services]:
    """Everything wired over the sample CRM, the queue open."""
    made = Services(settings(slack), await Database.open(sample_url))
    async with made.queue.open_async():
        yield made
    await made.close()


@pytest.fixture
async def app(services: Services) -> AsyncIterator[httpx.AsyncClient]:
    """An HTTP client of the web app."""
    transport = httpx.ASGITransport(app=services.web())
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture
def rep(slack: SlackDouble, app: httpx.AsyncClient) -> Person:
    """A member of the workspace in the channel C1, where the bot is too."""
    slack.web.channel("C1")
    return Person(slack, app)


async def work(services: Services) -> None:
    """Does all jobs that are due, as a worker does."""
    if "write_persona" not in services.queue.tasks:
        register_promises(services.queue, services.tasks, poster=services.poster)
    await services.queue.run_worker_async(queues=[QUEUE], wait=False, install_signal_handlers=False)


@pytest.fixture
def read_only(server: EmbeddedServer) -> Troubled:
    """While the block runs, the server's databases may only be read, in sessions that are open already too."""

    def change(to: LiteralString) -> None:
        with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as connection:
            connection.execute("SET default_transaction_read_only = off")
            connection.execute(f"ALTER SYSTEM {to}")
            connection.execute("SELECT pg_reload_conf()")
        wanted = "on" if to.startswith("SET") else "off"
        while True:  # the server reads it soon after
            with psycopg.connect(server.url("postgres", "postgres")) as connection:
                if connection.execute("SHOW default_transaction_read_only").fetchone() == (wanted,):
                    return

    @contextmanager
    def troubled() -> Iterator[None]:
        change("SET default_transaction_read_only = on")
        yield
        change("RESET default_transaction_read_only")

    return troubled
