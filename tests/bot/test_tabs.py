"""The tabs of a card show the version of that card, and say so when there is a newer one."""

import json
from typing import Any

import httpx

from bot.wiring import Services
from persona.model import CorrectionKind, Method
from tests.bot.conftest import work
from tests.bot.test_engine import ask
from tests.doubles.slack_server import SlackDouble, buttons_of

INSIGHTS = "Behavioural insights"


async def pressed(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services, card: dict[str, Any], label: str
) -> dict[str, Any]:
    """The card that replaces this one when its button is pressed."""
    url = await slack.press(app, card, label)
    await work(services)
    *_, replaced = slack.posts_to(url)  # a slow machine shows progress first
    return replaced


def said(card: dict[str, Any]) -> str:
    return json.dumps(card["blocks"], ensure_ascii=False) + card["text"]


def versions(card: dict[str, Any]) -> set[str]:
    """The versions that the card's buttons carry."""
    return {button["value"].split(":")[1] for button in buttons_of(card)}


async def test_the_tabs_of_a_basic_card_are_the_basic_ones_though_a_rag_persona_is_stored(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services
) -> None:
    await ask(services)
    basic = (await slack.command(app, "basic Jane Doe")).body
    insights = await pressed(app, slack, services, basic, INSIGHTS)
    persona = await pressed(app, slack, services, insights, "Persona")
    assert [versions(card) for card in (basic, insights, persona)] == [{"2"}] * 3
    assert ("Method: Basic" in said(persona), "is newer" in said(persona)) == (True, False)


async def test_a_tab_of_an_older_card_says_that_a_newer_one_is_stored_and_refresh_shows_that(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services
) -> None:
    await ask(services)
    old = (await slack.command(app, "Jane Doe")).body
    current = await pressed(app, slack, services, old, INSIGHTS)
    await ask(services, method=Method.BASIC, fresh=True)
    engine = services.engine(await services.default_workspace())
    jane = await engine.resolve("jane.doe@northwind.example")
    await engine.correct(jane.key, "pain_points", 1, kind=CorrectionKind.NOT_USEFUL, by="sam")
    newest = await ask(services, fresh=True)
    tab = await pressed(app, slack, services, old, INSIGHTS)
    refreshed = await pressed(app, slack, services, tab, "Refresh")
    assert newest.persona is not None
    assert [versions(card) for card in (old, current, tab, refreshed)] == [{"1"}, {"1"}, {"1"}, {"3"}]
    notice = "This is version 1; version 3 of "
    assert [notice in card["text"] for card in (current, tab, refreshed)] == [False, True, False]
    assert notice in json.dumps(tab["blocks"])
