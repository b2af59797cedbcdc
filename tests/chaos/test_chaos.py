"""A short part of `make chaos`, and the ledger that judges it."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.ledger import Ledger, Shown, at_response_url
from tests.chaos.run import Plan, run
from tests.doubles.slack_server import SlackDouble

ROUNDS, SEED = 3, 7


async def test_whatever_dies_every_accepted_command_ends_in_one_card_or_one_sentence(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)  # connections are cut on purpose
    outcome = await run(Plan(ROUNDS, SEED), logs=tmp_path)
    found = outcome.verdict
    assert (found.lost, found.doubled, outcome.wrong_ratings, outcome.left) == ([], [], [], 0)
    assert sum(found.accepted.values()) > 20


def message(text: str, **more: Any) -> dict[str, Any]:
    return {"text": text, "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": text}}], **more}


@pytest.mark.parametrize(
    ("posts", "shown"),
    [
        ([], Shown(0, 0)),
        ([message("Slack is out.", replace_original=True)], Shown(0, 1, ("Slack is out.",))),
        ([message("No.", replace_original=True), message("No.", replace_original=True)], Shown(0, 1, ("No.",))),
        ([message("No.", replace_original=True), message("No.")], Shown(0, 2, ("No.", "No."))),
    ],
)
def test_the_ledger_sees_what_stands_at_the_end_and_what_stands_beside_it(
    posts: list[dict[str, Any]], shown: Shown
) -> None:
    slack = SlackDouble()
    url = slack.new_response_url()
    slack._show_answer(slack._at(url), message("Writing the persona from 6 interactions…"))
    for post in posts:
        slack._urls.post(url.rsplit("/", 1)[1], json.loads(json.dumps(post)))
    assert at_response_url(slack, url, answered=True) == shown


@pytest.mark.parametrize(
    ("accepted", "shown", "lost", "doubled"),
    [
        (True, Shown(0, 0), 1, 0),
        (True, Shown(1, 0), 0, 0),
        (True, Shown(0, 1), 0, 0),
        (True, Shown(2, 0), 0, 1),
        (False, Shown(0, 0), 0, 0),
        (False, Shown(2, 0), 0, 1),
    ],
)
def test_the_verdict_counts_what_is_lost_and_what_is_doubled(
    accepted: bool, shown: Shown, lost: int, doubled: int
) -> None:
    ledger = Ledger()
    ledger.note("command", "r1", lambda: shown).accepted = accepted
    found = ledger.verdict()
    assert (len(found.lost), len(found.doubled)) == (lost, doubled)
