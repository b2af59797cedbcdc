"""Who is not to be profiled, walked along every path: no persona, no suggestion of their name, no word of theirs."""

import io
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from rich.console import Console
from sqlalchemy import func, select, update

from bot.asking import Question, find_profile
from bot.evaluating import ask_everyone
from bot.learning import correct, print_history, withdraw
from bot.wiring import Services
from persona.errors import ContactNotFoundError, DoNotProfileError
from persona.export import export_profile
from persona.model import CorrectionKind, Method, Profile
from storage.tables import contacts, customer_personas, persona_generation_history
from storage.workspaces import change_settings
from tests.bot.conftest import settings, work
from tests.bot.test_engine import ask, engine_of
from tests.doubles.slack_events import link_shared
from tests.doubles.slack_server import SlackDouble, buttons_of

JANE = "jane.doe@northwind.example"
WRONG = CorrectionKind.WRONG


@dataclass(frozen=True)
class Before:
    """What there was of Jane before she asked not to be profiled: her profile, her cards, and who was alike."""

    profile: Profile
    cards: tuple[dict[str, Any], ...]
    correction: int
    alike: str

    @property
    def quotes(self) -> tuple[str, ...]:
        assert self.profile.persona is not None
        said = [e.quote for claims in self.profile.persona.facets.values() for c in claims for e in c.evidence]
        return tuple({quote[:40] for quote in said})


@pytest.fixture
async def before(services: Services, app: httpx.AsyncClient, slack: SlackDouble) -> Before:
    """Jane, once with a stored persona, a correction, cards and a place among others' similar contacts, now flagged."""
    profile = await ask(services, writer="rules")
    engine, workspace = await engine_of(services), await services.default_workspace()
    key = profile.contact.key
    alike = await _who_is_like_her(services, profile)
    await engine.correct(key, "pain_points", 1, kind=WRONG, by="sam")
    [correction] = await engine.corrections(key)
    cards = [(await slack.command(app, text)).body for text in (JANE, "basic Jane Doe")]
    async with services.database.workspace(workspace) as connection:
        await connection.execute(update(contacts).where(contacts.c.id == key).values(do_not_profile=True))
    return Before(profile, tuple(cards), correction.key, alike)


async def _who_is_like_her(services: Services, jane: Profile) -> str:
    """The address of somebody whose stored profile names Jane among the similar contacts."""
    for similar in jane.similar:
        theirs = await ask(services, similar.name, writer="rules")
        if jane.contact.name in {one.name for one in theirs.similar}:
            return str(theirs.contact.email)
    raise AssertionError("the sample has nobody who is alike both ways")


async def test_no_use_case_of_the_engine_has_a_persona_of_them(services: Services, before: Before) -> None:
    engine, key = await engine_of(services), before.profile.contact.key
    uses: list[Callable[[], Awaitable[object]]] = [
        lambda: engine.ask(key),
        lambda: engine.ask(key, fresh=True),
        lambda: engine.ask(key, method=Method.BASIC),
        lambda: engine.ask(key, as_of=datetime.now(UTC)),
        lambda: engine.write(key),
        lambda: engine.measure(key),
        lambda: engine.stored(key),
        lambda: engine.stored(key, method=Method.RAG),
        lambda: engine.version(key, 1),
        lambda: engine.newer_than(key, 0),
        lambda: engine.history(key),
        lambda: engine.corrections(key),
        lambda: engine.correct(key, "avoid", 1, kind=WRONG, by="sam"),
        lambda: engine.withdraw_correction(key, before.correction, by="sam"),
    ]
    written = await _written(services)
    for use in uses:
        with pytest.raises(DoNotProfileError):
            await use()
    assert await _written(services) == written


async def test_no_command_and_no_button_of_an_old_card_shows_them(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services, before: Before
) -> None:
    named = ["Jane Doe", JANE, "basic Jane Doe", "rag Jane Doe"]
    guessed = [
        "jane doe northwind",
        "Doe",
        "Jane",
        "Jane Do",
        "Jayne Doe",
        "Jane Doe Acme",
        "jane.doe",
        "northwind",
        "basic Jane",
    ]
    answers = [await slack.command(app, text) for text in (*named, *guessed)]
    urls = [await slack.press(app, card, b["text"]["text"]) for card in before.cards for b in buttons_of(card)]
    await work(services)
    said = [answer.body for answer in answers]
    posted = [post for url in (*urls, *(a.response_url for a in answers)) for post in slack.posts_to(url)]
    assert ["not to be profiled" in body["text"] for body in said[: len(named)]] == [True] * len(named)
    views = [view.view for view in slack.web.views.values()]
    assert len(posted) + slack.api_calls.count("views.open") >= len(urls)
    told = [json.dumps(body, ensure_ascii=False) for body in (*said, *posted, *views)]
    assert [text for text in told if any(quote in text for quote in before.quotes)] == []
    guesses = zip(said[len(named) :], guessed, strict=True)
    answered = [_without_the_question(body, text) for body, text in guesses]
    assert [text for text in answered if "Jane Doe" in text or JANE in text] == []


async def test_no_message_names_them_by_mention_shortcut_share_or_link(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services, before: Before
) -> None:
    workspace_id, contact_id = await services.default_workspace(), before.profile.contact.contact_id
    channel, link = slack.web.channel("C1"), f"https://crm.example/contacts/{contact_id}"
    async with services.database.workspace(workspace_id) as connection:
        await change_settings(connection, workspace_id, {"record_url": "https://crm.example/contacts/{id}"})
    await slack.mention(app, "Jane Doe")
    await slack.mention(app, JANE)
    await slack.shortcut(app, f"Call with Jane Doe, {JANE}")
    await slack.press(app, before.cards[0], "Share…")
    await slack.deliver(app, link_shared("U1", link, "C1", "1763800000.000100"), event_id="EvL1")
    await work(services)
    views = [view.view for view in slack.web.views.values()]
    assert (channel.messages, slack.web.unfurls, len(views) >= 1, len(channel.whispers)) == ({}, [], True, 2)
    told = [json.dumps(shown, ensure_ascii=False) for shown in (*views, *channel.whispers)]
    assert [text for text in told if any(quote in text for quote in before.quotes)] == []


async def test_nobody_is_told_that_they_are_alike(services: Services, before: Before) -> None:
    engine = await engine_of(services)
    key = (await engine.resolve(before.alike)).key
    theirs = [await engine.stored(key), await engine.ask(key, fresh=True, writer="rules"), *await engine.history(key)]
    told = [json.dumps(export_profile(profile), ensure_ascii=False) for profile in theirs if profile]
    assert len(told) == 3
    assert [text for text in told if "Jane Doe" in text or before.profile.contact.contact_id in text] == []


async def test_the_command_line_has_nothing_of_them(services: Services, sample_url: str, before: Before) -> None:
    known, console = settings(database_url=sample_url), Console(file=io.StringIO(), width=200)
    uses: list[Callable[[], Awaitable[object]]] = [
        lambda: find_profile(services, Question(JANE)),
        lambda: find_profile(services, Question(JANE, fresh=True, as_of=datetime.now(UTC))),
        lambda: print_history(known, JANE, console=console),
        lambda: correct(known, JANE, "avoid", 1, kind=WRONG, by="sam", text="", console=console),
        lambda: withdraw(known, JANE, before.correction, by="sam", console=console),
    ]
    for use in uses:
        with pytest.raises(DoNotProfileError):
            await use()
    for guess in ("Jane", "Jane Do", "Jane Doe Northwind", "Jane Doe Acme"):
        with pytest.raises(ContactNotFoundError) as missed:
            await find_profile(services, Question(guess))
        assert "Jane Doe" not in missed.value.user_message.replace(guess, "")
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue() == ""


async def test_evaluating_a_folder_writes_only_that_they_are_not_profiled(services: Services, before: Before) -> None:
    quiet = Console(quiet=True)
    documents = await ask_everyone(services, writer="rules", as_of=datetime.now(UTC), console=quiet)
    [theirs] = [one for one in documents if one["contact_id"] == before.profile.contact.contact_id]
    assert theirs == {"contact_id": theirs["contact_id"], "name": "Jane Doe", "do_not_profile": True, "facets": {}}
    assert [d["name"] for d in documents if "Jane Doe" in json.dumps(d.get("similar", []))] == []


def _without_the_question(body: dict[str, Any], question: str) -> str:
    """What an answer says of its own accord: not what was typed."""
    return json.dumps(body, ensure_ascii=False).replace(question.removeprefix("basic "), "")


async def _written(services: Services) -> tuple[int, int]:
    """How many versions are stored, and how many attempts."""
    async with services.database.workspace(await services.default_workspace()) as connection:
        versions = await connection.scalar(select(func.count()).select_from(customer_personas))
        attempts = await connection.scalar(select(func.count()).select_from(persona_generation_history))
    return versions or 0, attempts or 0
