"""Slack's payloads as values."""

from typing import Any

import pytest

from blocks.ids import Press, Tab, write_press
from bot.actors import Actor, Team
from bot.handlers.requests import (
    ButtonPress,
    PersonaCommand,
    parse_actor,
    parse_button,
    parse_command,
    parse_event_actor,
    parse_mention,
)
from persona.model import Method
from tests.doubles import slack_events, slack_requests


def command(text: str, **changes: str) -> PersonaCommand:
    form = {"text": text, "team_id": "T1", "user_id": "U1", "response_url": "http://127.0.0.1/r"}
    return parse_command(form | changes)


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("Jane Doe", "Jane Doe"),
        ("  Jane \t Doe ", "Jane Doe"),
        ("<mailto:jane@northwind.example|jane@northwind.example>", "jane@northwind.example"),
        ("<@U123|Jane Doe>", "@Jane Doe"),
        ("Brown &amp; Sons", "Brown & Sons"),
        ("Jane\x00 Doe", "Jane Doe"),
        ("x" * 5000, "x" * 200),
    ],
)
def test_a_command_asks_for_what_was_typed(typed: str, query: str) -> None:
    assert command(typed).query == query


def test_basic_before_a_name_asks_for_the_basic_method() -> None:
    assert command("Basic Jane Doe") == PersonaCommand(
        actor=Actor(Team("T1"), "U1"), query="Jane Doe", method=Method.BASIC, response_url="http://127.0.0.1/r"
    )


@pytest.mark.parametrize("typed", ["", "   ", "help", "HELP", "?", "basic"])
def test_nothing_typed_or_help_asks_for_help(typed: str) -> None:
    assert command(typed).wants_help


def test_an_organisation_is_part_of_the_team() -> None:
    assert command("Jane", enterprise_id="E1").actor.team == Team("T1", "E1")


@pytest.mark.parametrize(
    ("said", "actor", "foreign"),
    [
        ({"team": {"id": "T1"}, "enterprise": {"id": "E1"}}, Actor(Team("T1", "E1"), "U1", "T1"), False),
        ({"team": None, "enterprise": {"id": "E1"}}, Actor(Team("T1", "E1"), "U1", "T1"), False),
        ({"team": {"id": "T2"}, "enterprise": None}, Actor(Team("T2"), "U1", "T1"), True),
    ],
)
def test_who_presses_is_of_the_team_that_slack_names_or_of_their_own(
    said: dict[str, Any], actor: Actor, foreign: bool
) -> None:
    found = parse_actor(said | {"user": {"id": "U1", "team_id": "T1"}})
    assert (found, found.foreign) == (actor, foreign)


@pytest.mark.parametrize(
    ("said", "wrote", "actor", "foreign"),
    [
        ({}, {}, Actor(Team("T1"), "U1"), False),
        ({"team_id": "T9"}, {"user_team": "T1"}, Actor(Team("T1"), "U1", "T1"), False),
        ({"team_id": "T9", "enterprise_id": "E9"}, {"user_team": "E9"}, Actor(Team("T1"), "U1", "E9"), True),
        ({"team_id": "T9", "is_ext_shared_channel": True}, {}, Actor(Team("T1"), "U1", "T9"), True),
        ({"is_ext_shared_channel": True}, {"team": "T9"}, Actor(Team("T1"), "U1", "T9"), True),
    ],
)
def test_an_event_is_for_the_install_that_gets_it_wherever_it_comes_from(
    said: dict[str, Any], wrote: dict[str, str], actor: Actor, foreign: bool
) -> None:
    install = {"enterprise_id": None, "team_id": "T1", "is_enterprise_install": False}
    body = {"team_id": "T1", "authorizations": [install], "event": {"user": "U1", **wrote}}
    found = parse_event_actor(body | said)
    assert (found, found.foreign) == (actor, foreign)


def test_an_event_for_a_whole_organisation_is_of_the_team_it_is_delivered_for() -> None:
    install = {"enterprise_id": "E1", "team_id": None, "is_enterprise_install": True}
    body = {"team_id": "T9", "context_team_id": "T1", "authorizations": [install], "event": {"user": "U1"}}
    assert parse_event_actor(body).team == Team("T1", "E1")


def test_a_button_says_what_its_value_says() -> None:
    press = Press(contact_key=7, version=2, tab=Tab.INSIGHTS)
    body = {
        "team": {"id": "T1"},
        "user": {"id": "U1"},
        "enterprise": None,
        "response_url": "http://127.0.0.1/r",
        "actions": [{"value": write_press(press)}],
    }
    assert parse_button(body) == ButtonPress(Actor(Team("T1"), "U1"), press, "http://127.0.0.1/r")


def test_a_button_of_another_app_is_refused() -> None:
    body = {"team": {"id": "T1"}, "user": {"id": "U1"}, "actions": [{"value": "drop table"}]}
    with pytest.raises(ValueError, match="not a button value of ours"):
        parse_button(body)


@pytest.mark.parametrize(
    ("said", "query"),
    [
        ("<@UBOT> Jane Doe", "Jane Doe"),
        ("<@U2|sam> ask <@UBOT|persona> about Jane", "@sam ask about Jane"),
        ("<@UBOT> <@UBOT>", "@UBOT"),
        ("Jane Doe", "Jane Doe"),
    ],
)
def test_of_a_mention_only_our_own_name_is_left_out(said: str, query: str) -> None:
    event = slack_events.app_mention("U1", said, "C1", "1.1")
    body = slack_requests.event_callback(slack_requests.Workspace(), event, "Ev1", 0)
    assert parse_mention(body).query == query
