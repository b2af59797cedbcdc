"""Whole cards: what they say, in what order, and that Slack would take every one of them."""

import io
import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from rich.console import Console

from blocks.card import Card, block_texts, check_card
from blocks.ids import PRESS_ACTIONS, SHARE_ACTION, Press, Tab, parse_press, parse_shown
from blocks.insights_card import insights_card
from blocks.notices import (
    choose_contact,
    empty_card,
    error_card,
    help_card,
    not_found,
    working_card,
)
from blocks.page import render_page
from blocks.persona_card import persona_card
from blocks.rungs import Rung
from blocks.terminal import render_terminal
from persona.model import Profile
from tests.doubles.block_limits import message_errors
from tests.doubles.slack_preview import render
from tests.profiles import (
    HEBREW,
    HOSTILE_NAME,
    NOW,
    basic_profile,
    jane,
    match,
    rich_insights,
    rich_profile,
    unwritten_profile,
    worst_profile,
)

PROFILES = {
    "rich": rich_profile(),
    "basic": basic_profile(),
    "unwritten": unwritten_profile(),
    "worst": worst_profile(),
    "worst emoji": worst_profile("😀"),
    "worst words": worst_profile("a "),
    "worst right to left": worst_profile(HEBREW),
    "worst quotation": worst_profile("> `*_~&\n"),
    "hostile": rich_profile(contact=jane(name=HOSTILE_NAME, title=HOSTILE_NAME, company=HEBREW)),
    "nameless": rich_profile(persona=None, contact=jane(name="\u200b", title=None, company=" ")),
    "never met": rich_profile(persona=None, insights=rich_insights(metrics={}, months=(), kinds={}, comparisons={})),
}
VIEWS: dict[str, Callable[[Profile], Card]] = {
    "persona": lambda p: persona_card(p, now=NOW),
    "notice": lambda p: persona_card(p, now=NOW, notice="Bringing this persona up to date… " * 40),
    **{rung.value: lambda p, rung=rung: insights_card(p, now=NOW, rung=rung) for rung in Rung},
}
LONG = HOSTILE_NAME * 60
NOTICES = {
    "choose": choose_contact(LONG, [match(key, name=LONG, title=LONG, company=LONG) for key in range(30)]),
    "nearest": not_found("Jan Do", [match()]),
    "nobody": not_found(LONG, []),
    "help": help_card(),
    "empty": empty_card(),
    "error": error_card(LONG, "ab12cd34"),
    "working": working_card(LONG),
    "no query": not_found("", []),
    "no message": error_card(" ", None),
}


def buttons(card: Card) -> list[tuple[str, str | None, Press]]:
    """The buttons that lead to a view of the card."""
    every = [e for b in card.blocks if b["type"] == "actions" for e in b["elements"]]
    found = [e for e in every if PRESS_ACTIONS.search(e["action_id"])]
    return [(e["text"]["text"], e.get("style"), parse_press(e["value"])) for e in found]


def texts(card: Card) -> list[str]:
    return list(block_texts(card.blocks))


def slack_errors(card: Card, *, native: bool = True) -> list[str]:
    return message_errors({"text": card.text, "blocks": card.blocks}, native=native)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("profile", PROFILES)
def test_every_card_of_every_profile_is_within_slacks_limits_and_ours(profile: str, view: str) -> None:
    card = check_card(VIEWS[view](PROFILES[profile]))
    assert slack_errors(card, native=view == Rung.NATIVE.value) == []


@pytest.mark.parametrize("notice", NOTICES)
def test_every_notice_is_within_slacks_limits_and_ours(notice: str) -> None:
    assert slack_errors(check_card(NOTICES[notice]), native=False) == []


@pytest.mark.parametrize("view", VIEWS)
def test_the_preview_can_draw_every_card(view: str) -> None:
    page = render([{"blocks": VIEWS[view](PROFILES["hostile"]).blocks}])
    assert "<!channel>" not in page
    assert "<pre>{" not in page


@pytest.mark.parametrize("view", VIEWS)
def test_a_card_is_pure(view: str) -> None:
    assert VIEWS[view](rich_profile()) == VIEWS[view](rich_profile())
    assert json.loads(json.dumps(VIEWS[view](rich_profile()).blocks)) == VIEWS[view](rich_profile()).blocks


@pytest.mark.parametrize("view", VIEWS)
def test_a_hostile_name_mentions_nobody_and_links_nowhere(view: str) -> None:
    card = VIEWS[view](PROFILES["hostile"])
    parsed = [card.text, *(t["text"] for t in _objects(card.blocks) if t.get("type") == "mrkdwn")]
    assert not [text for text in parsed if "<" in text or "`" in text or "~" in text]
    assert {t["emoji"] for t in _objects(card.blocks) if t.get("type") == "plain_text"} == {False}
    assert {t.get("type") for t in _objects(card.blocks)}.isdisjoint({"link", "user", "broadcast", "channel", "image"})


def test_the_persona_card_reads_from_glance_to_detail() -> None:
    assert texts(persona_card(rich_profile(), now=NOW))[:14] == [
        "Jane Doe · VP Operations, Northwind Logistics",
        "“The careful champion”  ❶ ❷ · 240 people · Logistics · role inferred: signature of 3 Oct 2026",
        "Runs operations for a mid-sized carrier, wants the double entry gone, and moves only with proof "
        "and with finance beside her.  ❶ ❷ ❸  ●●● high",
        "Before you call",
        "Wants rollout proof from a firm like Northwind before price  ❶ ❹",
        "Answers short mails before 9:00 Chicago, rarely calls  ❺ ❻",
        "Went quiet 12 days ago; the usual gap is 4  ❼",
        "*Interactions*\n214  (31 in the last 90 days)",
        "*Email engagement*\n62 %  (n 48; peers 34 %)",
        "*Answers in*\n5.2 h  (median, n 31; starting value 24 h)",
        "*Deals won*\n2 of 3  (67 %)",
        "*Data quality*\n82 of 100  (close or update the open deal in the CRM → 91)",
        "Pain points",
        "Re-keys every order twice, at the cost of two people  ❸  ●●● high",
    ]


def test_a_screen_reader_hears_the_real_thing() -> None:
    assert persona_card(unwritten_profile(), now=NOW, notice="Try again").text == (
        "Jane Doe · VP Operations, Northwind Logistics. Try again. Interactions: 214 (31 in the last 90 days). "
        "Email engagement: 62 % (n 48; peers 34 %). Answers in: 5.2 h (median, n 31; starting value 24 h). "
        "Deals won: 2 of 3 (67 %). Data quality: 82 of 100 (close or update the open deal in the CRM → 91). "
        "Writing the persona from 214 interactions…"
    )
    spoken = persona_card(rich_profile(), now=NOW).text
    assert "Before you call: Wants rollout proof from a firm like Northwind before price; Answers short" in spoken
    assert "Will object: “What happens when the migration slips?”" in spoken


def test_the_metrics_first_card_has_the_same_upper_half() -> None:
    def upper(profile: Profile) -> list[str]:
        return [t for t in texts(persona_card(profile, now=NOW)) if t.startswith(("*", "Jane Doe ·"))]

    assert upper(unwritten_profile()) == upper(rich_profile())


def test_the_tabs_lead_everywhere_and_say_where_one_is() -> None:
    assert buttons(insights_card(rich_profile(), now=NOW, rung=Rung.NATIVE)) == [
        ("Persona", None, Press(42, 4, tab=Tab.PERSONA)),
        ("✓ Behavioural insights", "primary", Press(42, 4, tab=Tab.INSIGHTS)),
        ("Refresh", None, Press(42, 4, refresh=True)),
    ]
    assert buttons(persona_card(unwritten_profile(), now=NOW))[2][2] == Press(42, 0, refresh=True)


def test_a_written_persona_can_be_shared_and_a_missing_one_not() -> None:
    def shares(profile: Profile) -> list[tuple[int, int]]:
        rows = [b["elements"] for b in persona_card(profile, now=NOW).blocks if b["type"] == "actions"]
        return [parse_shown(e["value"]) for row in rows for e in row if e["action_id"] == SHARE_ACTION]

    assert (shares(rich_profile()), shares(unwritten_profile())) == ([(42, 4)], [])


def test_the_native_chart_has_both_directions_for_every_month() -> None:
    card = insights_card(rich_profile(), now=NOW, rung=Rung.NATIVE)
    chart = next(b for b in card.blocks if b["type"] == "data_visualization")["chart"]
    assert chart["axis_config"]["categories"][:4] == ["Nov 2025", "Dec 2025", "Jan 2026", "Feb 2026"]
    assert [(s["name"], [p["value"] for p in s["data"]]) for s in chart["series"]] == [
        ("From them", [3, 6, 4, 0, 7, 9, 12, 8, 10, 13, 7, 4]),
        ("From us", [5, 9, 8, 0, 11, 8, 10, 12, 9, 11, 10, 6]),
    ]


def test_the_native_table_sorts_by_number_and_shows_words() -> None:
    card = insights_card(rich_profile(), now=NOW, rung=Rung.NATIVE)
    table = next(b for b in card.blocks if b["type"] == "data_table")
    row = next(row for row in table["rows"] if row[0]["text"] == "Email engagement")
    assert row[1] == {"type": "raw_number", "value": 0.62, "text": "62 %"}
    assert [c["text"] for c in row[2:]] == ["48", "50–72 %", "34 % · our contacts 2026, n 12", "86th pct of 44"]


@pytest.mark.parametrize("rung", [Rung.FIELDS, Rung.TEXT])
def test_the_lower_rungs_say_the_same_without_native_blocks(rung: Rung) -> None:
    card = insights_card(rich_profile(), now=NOW, rung=rung)
    said = "\n".join(texts(card))
    assert slack_errors(card, native=False) == []
    for figure in ("62 %", "50–72 %", "34 % · our contacts 2026", "86th pct of 44 contacts of ours", "Prefers email"):
        assert figure in said


def test_nobody_found_offers_the_nearest_and_the_email_search() -> None:
    card = not_found("Jan Do", [match()])
    assert texts(card)[:3] == [
        "No contact called “Jan Do”. Did you mean …?",
        "Jane Doe",
        " · VP Operations, Northwind Logistics · last contact 8 Oct 2026",
    ]
    assert buttons(card) == [("Jane Doe, Northwind Logistics", None, Press(42))]
    assert "/persona jane@northwind.com" in texts(card)[-1]


def test_a_choice_has_a_button_for_each_contact() -> None:
    card = choose_contact("Jane", [match(1), match(2, company="Contoso"), match(1)])
    assert [(label, press.contact_key) for label, _, press in buttons(card)] == [
        ("Jane Doe, Northwind Logistics", 1),
        ("Jane Doe, Contoso", 2),
    ]


def test_an_error_card_says_what_happened_and_its_reference() -> None:
    card = error_card("The database does not answer.", "ab12")
    assert texts(card) == [
        "The database does not answer.",
        "Reference ab12: an admin finds the details under it in the log.",
    ]
    assert texts(error_card("Nothing was lost.", None)) == ["Nothing was lost."]


@pytest.mark.parametrize(
    ("card", "problem"),
    [
        (Card("", []), "text of 0"),
        (Card("x" * 4_001, []), "text of 4001"),
        (Card("x", [{"type": "divider"}] * 51), "51 blocks"),
        (Card("x", [{"text": "y" * 6_000}, {"title": "z" * 4_001}]), "10001 characters"),
        (Card("x", [{"type": "text", "text": ""}]), "an empty text"),
    ],
)
def test_a_card_over_budget_is_caught(card: Card, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        check_card(card)


def test_a_rich_card_is_made_in_milliseconds() -> None:
    profile, best = rich_profile(), timedelta.max.total_seconds()
    for _ in range(20):
        started = time.perf_counter()
        persona_card(profile, now=NOW)
        best = min(best, time.perf_counter() - started)
    assert best < 0.006  # measured 2 ms; twice the product's limit of 3 ms, for a busy machine


def _objects(node: object) -> list[dict[str, object]]:
    """Every JSON object in blocks."""
    if isinstance(node, list):
        return [found for item in node for found in _objects(item)]
    if isinstance(node, dict):
        return [node, *(found for value in node.values() for found in _objects(value))]
    return []


def test_what_nobody_could_read_is_named_on_every_surface() -> None:
    persona = rich_profile().persona
    assert persona is not None
    profile = rich_profile(persona=replace(persona, unread="3 emails without text"))
    line = "Not read: 3 emails without text"
    card = persona_card(profile, now=NOW)
    assert (line in card.text, line in json.dumps(card.blocks)) == (True, True)
    console = Console(file=io.StringIO(), width=100)
    console.print(render_terminal(profile, now=NOW))
    assert isinstance(console.file, io.StringIO)
    assert (line in console.file.getvalue(), line in render_page(profile, now=NOW)) == (True, True)
