"""The status card: what it says, to whom, and that Slack takes it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from blocks.card import block_texts, check_card
from blocks.status_card import Link, Standing, Workings, status_card
from tests.doubles.block_limits import message_errors
from tests.profiles import HOSTILE_NAME, NOW

WORKINGS = Workings(
    model="gpt-4o-mini",
    variants={"short": 1.0, "default": 3.0, "old": 0.0},
    usd_left=4.2,
    tokens_left=1_200,
    waiting=3,
    oldest_at=NOW - timedelta(minutes=12),
    failed=1,
    personas=340,
    out_of_date=12,
)
STANDING = Standing(Link.ANSWERS, 1_214, NOW - timedelta(days=1), NOW - timedelta(days=2), WORKINGS)


def said(standing: Standing) -> list[str]:
    """What the card says after its title and heading, each fact in one line."""
    leaves = list(block_texts(status_card(standing, now=NOW).blocks))[2:]
    return ["".join(pair) for pair in zip(leaves[:-1:2], leaves[1::2], strict=True)] + leaves[-1:]


def test_an_admin_reads_connection_data_writing_and_queue() -> None:
    assert said(STANDING) == [
        "Slack · connected: Slack takes the bot's token",
        "Contacts · 1,214",
        f"Newest change by an import · {(NOW - timedelta(days=1)).day} Oct 2026",
        f"Newest interaction · {(NOW - timedelta(days=2)).day} Oct 2026",
        "Personas are written by · gpt-4o-mini (prompt variants: default 75 %, short 25 %)",
        "Budget left today · $4.20 and 1,200 tokens",
        "Personas out of date · 12 of 340",
        "Jobs waiting · 3, the oldest for 12 min",
        "Jobs failed · 1",
        "Jobs and budget are this workspace's; failed jobs are kept for 30 days.",
    ]


def test_who_is_no_admin_reads_of_connection_and_data_alone() -> None:
    assert said(Standing(Link.REFUSED, 0, None, None)) == [
        "Slack · Slack refuses the bot's token; an admin must install the app again",
        "Contacts · none that you may see",
        "Newest change by an import · none yet",
        "Newest interaction · none yet",
        "Contacts are those you may see. Admins also see what the writing and the queue are at.",
    ]


@pytest.mark.parametrize(
    ("workings", "lines"),
    [
        (replace(WORKINGS, model=None), ["rules, without a model", "none is needed"]),
        (replace(WORKINGS, variants={}, usd_left=None, tokens_left=None), ["default)", "no limit is set"]),
        (replace(WORKINGS, usd_left=0.0, tokens_left=None), ["short 25 %)", "$0.00"]),
    ],
)
def test_the_writing_is_told_in_every_way_it_is_set_up(workings: Workings, lines: list[str]) -> None:
    writer, budget = said(replace(STANDING, workings=workings))[4:6]
    assert (writer.endswith(lines[0]), budget) == (True, f"Budget left today · {lines[1]}")


def test_an_empty_queue_has_no_oldest_job() -> None:
    idle = replace(WORKINGS, waiting=0, oldest_at=None, failed=0)
    assert said(replace(STANDING, workings=idle))[7:9] == ["Jobs waiting · 0", "Jobs failed · 0"]


@pytest.mark.parametrize("link", Link)
def test_slack_takes_the_card_whatever_the_model_is_called(link: Link) -> None:
    hostile = replace(WORKINGS, model=HOSTILE_NAME * 60, variants={HOSTILE_NAME * n: 1.0 for n in range(1, 20)})
    card = check_card(status_card(replace(STANDING, link=link, workings=hostile), now=NOW))
    assert message_errors({"text": card.text, "blocks": card.blocks}, native=False) == []
    assert "<!channel>" not in card.text
