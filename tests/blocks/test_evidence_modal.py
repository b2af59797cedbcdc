"""The evidence modal: every claim, its words and its menu, within what Slack takes of a modal."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from blocks.card import Card, block_texts
from blocks.claim_ids import (
    ALL,
    ClaimChoice,
    Opened,
    digest,
    parse_claim,
    parse_fix,
    parse_opened,
    write_fix,
    write_opened,
)
from blocks.evidence_modal import corrected, evidence_view, fix_form, fix_modal
from blocks.modal import Modal, as_view
from blocks.sheet import FACET_TITLES
from persona.corrections import Correction
from persona.model import CorrectionKind, Profile
from tests.blocks.test_cards import HOSTILE_NAME, PROFILES
from tests.doubles.block_limits import view_errors
from tests.profiles import NOW, basic_profile, disputed_profile, rich_profile, worst_profile

OPENED = Opened(42, 4)
URL = "https://hooks.slack.example/actions/T1/1/abc"


def view(profile: Profile, opened: Opened = OPENED, **more: Any) -> Card:
    return evidence_view(profile, opened, now=NOW, **more)


def texts(card: Card) -> list[str]:
    return list(block_texts(card.blocks))


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("part", [ALL, "avoid"])
def test_every_profile_fits_a_modal(profile: str, part: str) -> None:
    card = view(PROFILES[profile], Opened(42, 4, part, URL), notice="x" * 2_000, record_url=URL)
    shown = as_view(Modal("Persona", metadata=write_opened(OPENED)), card)
    assert view_errors(shown, "modal", native=False) == []
    assert (len(card.blocks) <= 100, len(json.dumps(shown)) <= 250_000) == (True, True)


def test_a_claim_stands_with_its_confidence_and_its_verbatim_quotes() -> None:
    found = texts(view(rich_profile()))
    at = next(n for n, text in enumerate(found) if "Finds mismatches only" in text)
    assert found[at].startswith(
        "Pain points: *Finds mismatches only after the invoices are out*\n_●●○ medium · Jane's own words, 4 months ago"
    )
    quote = "Month end is when it hurts. We find the mismatches after the invoices are out."
    assert ("❽ Jane Doe, mail “Re: How orders reach you today”, 12 Jun 2026" in found[at:], quote in found[at:]) == (
        True,
        True,
    )


def test_what_stands_against_a_claim_is_quoted_with_its_date() -> None:
    [said] = [text for text in texts(view(disputed_profile())) if text.startswith("But on")]
    assert re.fullmatch(r"But on \d+ \w{3} \d{4} \(.+\): “No mismatches any more\.”", said)


def test_a_part_shows_its_claims_only_and_all_that_do_not_fit_are_counted() -> None:
    part = texts(view(rich_profile(), Opened(42, 4, "pain_points")))
    others = [told for facet, told in FACET_TITLES.items() if facet.value != "pain_points"]
    assert [t for t in part if any(t.startswith(f"{told}: *") for told in others)] == []
    assert [t for t in texts(view(worst_profile())) if "more claims: choose a part above" in t] != []


def test_a_persona_without_claims_says_why_there_is_nothing() -> None:
    assert "This persona makes no claims" in texts(view(basic_profile()))[1]


def test_what_nobody_could_read_is_named() -> None:
    persona = rich_profile().persona
    assert persona is not None
    card = view(rich_profile(persona=replace(persona, unread="3 emails without text")))
    assert "Not read: 3 emails without text" in json.dumps(card.blocks)


def test_a_hostile_name_mentions_nobody_and_links_nowhere() -> None:
    card = view(PROFILES["hostile"])
    marked = [b["text"]["text"] for b in card.blocks if b["type"] == "section" and b["text"]["type"] == "mrkdwn"]
    assert [text for text in [card.text, *marked] if "<" in text or "`" in text] == []


def test_a_menu_carries_the_claim_by_its_text() -> None:
    persona = rich_profile().persona
    assert persona is not None
    known = {digest(c.text) for claims in persona.facets.values() for c in claims}
    known |= {digest(c.text) for c in (*persona.key_points, persona.name, persona.summary) if c}
    menus = [b["accessory"]["options"] for b in view(rich_profile()).blocks if b.get("accessory")]
    choices = [parse_claim(option["value"]) for options in menus for option in options]
    assert {choice.digest for choice in choices} <= known
    assert {choice.kind for choice in choices} == set(CorrectionKind)


def test_what_was_just_corrected_can_be_undone() -> None:
    correction = Correction("avoid", "x", (), CorrectionKind.WRONG, "sam", NOW, key=7)
    card = view(rich_profile(), notice=corrected(CorrectionKind.WRONG, HOSTILE_NAME), undo=correction)
    [undo] = [b["accessory"] for b in card.blocks if b.get("accessory", {}).get("type") == "button"]
    assert (undo["value"], undo["text"]["text"]) == ("undo:7", "Undo")


def test_the_form_holds_the_claim_and_remembers_which() -> None:
    choice = ClaimChoice("avoid", digest("x" * 900), CorrectionKind.RIGHT_TEXT)
    modal = fix_modal(choice, replace(OPENED, card_url=URL))
    assert view_errors(as_view(modal, fix_form("x" * 900)), "modal") == []
    assert parse_fix(modal.metadata) == (choice, replace(OPENED, card_url=URL))


@pytest.mark.parametrize(
    "value", ["", "[]", "[1,2]", '[1,2,"all","javascript:x"]', '[-1,2,"all",""]', '["1",2,"all",""]', "x"]
)
def test_metadata_we_did_not_write_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="not an evidence modal"):
        parse_opened(value)


@pytest.mark.parametrize("value", ["avoid:abc:wrong", "nowhere:0123456789abcdef:wrong", "avoid:0123456789abcdef:x", ""])
def test_a_choice_we_did_not_write_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"claim|CorrectionKind"):
        parse_claim(value)


def test_what_is_written_comes_back() -> None:
    opened = Opened(42, 4, "avoid", URL)
    assert parse_opened(write_opened(opened)) == opened
    choice = ClaimChoice("avoid", digest("x"), CorrectionKind.OUTDATED)
    assert parse_fix(write_fix(choice, opened)) == (choice, opened)
