"""The digest as card, table and page: the week in a sentence first, nothing of it formats, charts on each rung."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from blocks.charts import draw_trends
from blocks.digest import digest_card, standing
from blocks.digest_pdf import render_digest_pdf
from blocks.rungs import Rung
from blocks.trends import QUALITY_CHART, STARS_CHART, WRITTEN_CHART, trends
from bot.digesting import as_csv
from persona.digest import Kind, Named, week_in_a_sentence
from tests.blocks.weeks import FULL_WEEK, QUIET_WEEK
from tests.doubles.block_limits import message_errors


def test_the_week_is_said_in_one_sentence() -> None:
    assert week_in_a_sentence(FULL_WEEK) == (
        "1 contact has gone quiet, 2 personas are new, 7 changed, people put 1 claim right, "
        "and accuracy was 4.2 of 5 (n 5)."
    )


def test_a_quiet_week_is_one_line() -> None:
    card = digest_card(QUIET_WEEK, Rung.NATIVE)
    assert (len(card.blocks), card.text) == (
        1,
        "The week to 23 Nov 2026. A quiet week: no persona is new or changed, and nobody rated one.",
    )


@pytest.mark.parametrize("rung", list(Rung))
def test_slack_takes_the_digest_on_each_rung_and_nothing_in_it_formats(rung: Rung) -> None:
    card = digest_card(FULL_WEEK, rung)
    assert message_errors({"text": card.text, "blocks": card.blocks}) == []
    told = json.dumps([block["text"] for block in card.blocks if block["type"] == "section"])
    assert ("<!channel>" in told, "&lt;!channel&gt; pay here" in told) == (False, True)
    assert sum(block["type"] == "data_visualization" for block in card.blocks) == (2 if rung is Rung.NATIVE else 0)


def test_each_list_names_three_at_most_and_each_name_opens_the_persona() -> None:
    rows = [block for block in digest_card(FULL_WEEK, Rung.NATIVE).blocks if block.get("accessory")]
    assert [row["accessory"]["value"].split(":")[0] for row in rows] == ["4", "1", "2", "3", "1", "5"]
    assert len({row["accessory"]["action_id"] for row in rows}) == len(rows)


def test_the_second_chart_is_accuracy_or_else_data_quality_when_there_are_two_weeks_of_it() -> None:
    unrated = replace(FULL_WEEK, weeks=tuple(replace(week, stars=None) for week in FULL_WEEK.weeks))
    unmeasured = replace(unrated, weeks=tuple(replace(week, quality=None) for week in unrated.weeks))
    shown = [[title for title, _ in trends(digest.weeks)] for digest in (FULL_WEEK, unrated, unmeasured)]
    assert shown == [[WRITTEN_CHART, STARS_CHART], [WRITTEN_CHART, QUALITY_CHART], [WRITTEN_CHART]]


def test_the_table_holds_every_name_and_no_formula() -> None:
    hostile = replace(FULL_WEEK, quiet=Kind((Named(1, "=HYPERLINK(1)", "@SUM"),), 1))
    rows = list(csv.reader(io.StringIO(as_csv(hostile))))
    assert rows[:2] == [["list", "contact", "said"], ["quiet", "'=HYPERLINK(1)", "'@SUM"]]
    assert len(rows) == 1 + 6 + len(standing(FULL_WEEK)) + len(FULL_WEEK.weeks)


def test_the_pictures_and_the_page_are_drawn() -> None:
    assert draw_trends(trends(FULL_WEEK.weeks)).startswith(b"\x89PNG")
    assert render_digest_pdf(FULL_WEEK, now=datetime(2026, 11, 23, tzinfo=UTC)).startswith(b"%PDF")
