"""What a workspace has chosen, from the command line: changed, put back, refused with what would be taken."""

import io
from collections.abc import AsyncIterator

import httpx
import pytest
from pydantic import SecretStr
from rich.console import Console

from bot.choices import parse_choice
from bot.choosing import show_or_change
from bot.learning import correct
from bot.wiring import Services
from persona.errors import ContactNotFoundError, SettingsError
from persona.model import Profile
from storage.database import Database
from tests.bot.conftest import settings
from tests.bot.test_engine import JANE, ask
from tests.doubles.openai_server import GOOD_KEY, OpenAIDouble
from tests.doubles.slack_server import SlackDouble


@pytest.fixture
async def with_model(sample_url: str, slack: SlackDouble) -> AsyncIterator[Services]:
    async with OpenAIDouble().serve() as model:
        known = settings(slack, openai_api_key=SecretStr(GOOD_KEY), openai_base_url=model.url)
        made = Services(known, await Database.open(sample_url))
        async with made.queue.open_async():
            yield made
        await made.close()


async def choose(url: str, name: str | None = None, value: str | None = None) -> list[str]:
    console = Console(file=io.StringIO(), width=200)
    await show_or_change(settings(database_url=url), name, value, console=console)
    assert isinstance(console.file, io.StringIO)
    return [line.partition("  (")[0] for line in console.file.getvalue().splitlines()]


async def test_settings_are_printed_changed_and_put_back(sample_url: str) -> None:
    assert await choose(sample_url) == [
        "language = en",
        "daily_budget_usd = as the environment says",
        "daily_tokens = as the environment says",
        "variants = default=1",
        "experiment = persona",
        "visibility = everyone",
        "refresh = monthly",
        "refresh_calls = single",
        "digest_channel = not set",
        "digest_weekday = monday",
        "digest_hour = 9",
        "record_url = not set",
        "keep_days_after_uninstall = 30",
        "keep_history_days = 365",
    ]
    changes = [("language", "DE"), ("daily_budget_usd", "2.5"), ("variants", "default=1,motives=3")]
    told = [await choose(sample_url, name, value) for name, value in changes]
    assert told == [["language = de"], ["daily_budget_usd = 2.5"], ["variants = default=1 motives=3"]]
    assert await choose(sample_url, "language") == ["language = de"]
    assert await choose(sample_url, "language", "default") == ["language = en"]


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("colour", "red", "No setting is called “colour”. There are language, daily_budget_usd, "),
        ("language", "klingon", "language takes one of de, en, es, fr, it, nl, pl, pt, sv, or default; not “klingon”."),
        ("daily_budget_usd", "-1", "daily_budget_usd takes dollars such as 2.50, or default; not “-1”."),
        ("daily_budget_usd", "nan", "daily_budget_usd takes dollars such as 2.50, or default; not “nan”."),
        ("daily_tokens", "1.5", "daily_tokens takes a whole number, or default; not “1.5”."),
        ("daily_tokens", "9" * 5_000, "daily_tokens takes a whole number, or default; not “999"),
        ("variants", "nope=1", "variants takes shares such as default=1 "),
        ("variants", "default=0", "variants takes shares such as default=1 "),
        ("experiment", " ", "experiment takes a short name, or default; not “ ”."),
        ("visibility", "nobody", "visibility takes one of everyone, team, owner, or default; not “nobody”."),
    ],
)
def test_what_cant_be_chosen_is_refused_with_what_can(name: str, value: str, told: str) -> None:
    with pytest.raises(SettingsError) as refused:
        parse_choice(name, value)
    assert refused.value.user_message.startswith(told)


@pytest.mark.parametrize(
    ("chosen", "version_then"),
    [(("language", "de"), 1), (("variants", "motives=1"), 2)],  # the double answers in English whatever it is asked
)
async def test_a_models_persona_is_stale_once_language_or_prompts_are_others(
    with_model: Services, slack: SlackDouble, sample_url: str, chosen: tuple[str, str], version_then: int
) -> None:
    async def version() -> int:
        profile: Profile = await ask(with_model)
        assert profile.persona is not None
        return profile.persona.version

    app = httpx.AsyncClient(transport=httpx.ASGITransport(app=with_model.web()), base_url="http://127.0.0.1")
    async with app:
        versions = [await version(), await version()]
        told = [(await slack.command(app, JANE)).body["text"]]
        await choose(sample_url, *chosen)
        told.append((await slack.command(app, JANE)).body["text"])
    versions.append(await version())
    assert versions == [1, 1, version_then]
    assert ["up to date" in text for text in told] == [False, True]


async def test_a_rules_persona_is_the_same_in_every_language_and_stays(services: Services, sample_url: str) -> None:
    first = await ask(services)
    await choose(sample_url, "language", "de")
    second = await ask(services)
    assert first.persona is not None
    assert second.persona is not None
    assert (first.persona.version, second.persona.version) == (1, 1)


@pytest.mark.parametrize(
    ("name", "facet", "error", "told"),
    [
        ("Nobody At All", "pain_points", ContactNotFoundError, "No contact called “Nobody At All”"),
        (JANE, "pains", SettingsError, "FACET is one of Pain points, "),
        (JANE, "pain_points", SettingsError, "Say what is the matter with --kind"),
    ],
)
async def test_correcting_asks_for_the_kind_only_of_somebody_and_something_there_is(
    sample_url: str, name: str, facet: str, error: type[ContactNotFoundError | SettingsError], told: str
) -> None:
    console, known = Console(file=io.StringIO()), settings(database_url=sample_url)
    with pytest.raises(error) as refused:
        await correct(known, name, facet, 1, kind=None, by="sam", text="", console=console)
    assert refused.value.user_message.startswith(told)
