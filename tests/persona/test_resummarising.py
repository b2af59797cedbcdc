"""A summary and key points made of the claims that are left, when the writer's own fell or a correction took them."""

from dataclasses import replace

from persona.corrections import apply_corrections
from persona.model import Claim, Contact, Evidence, Speaker, WrittenBy
from persona.resummarising import with_highlights
from tests.persona.histories import NOW
from tests.persona.test_corrections import EXPORTS, SLOW, TRAIL, persona, wrong

JANE = Contact(1, "c1", "Jane Doe")


def test_the_summary_is_made_of_the_claims_that_are_left() -> None:
    summary = Claim("Jane loses exports", (EXPORTS,), 0.5)
    written = replace(persona(pain_points=(SLOW, TRAIL)), summary=summary)
    shown = apply_corrections(written, [wrong(SLOW)], now=NOW)
    restored = with_highlights(shown, JANE).summary
    assert shown.summary is None
    assert restored is not None
    assert (restored.evidence, "audit trail" in restored.text, "xport" in restored.text) == (
        TRAIL.evidence,
        True,
        False,
    )
    pointed = replace(written, key_points=(SLOW,))
    assert with_highlights(pointed, JANE) == pointed


def test_a_models_claim_is_told_as_it_stands_for_it_need_not_go_on_after_a_name() -> None:
    by_model = replace(persona(pain_points=(TRAIL,)), written_by=WrittenBy("gpt-4o-mini"))
    summary = with_highlights(by_model, JANE).summary
    assert summary is not None
    assert (summary.text, summary.evidence) == (f"What hurts: {TRAIL.text.rstrip('.')}.", TRAIL.evidence)


def test_what_no_sentence_can_hold_is_summed_up_by_its_first_claim() -> None:
    long = replace(TRAIL, text="Wants " + "a very " * 32 + "long audit trail")
    assert with_highlights(persona(pain_points=(long,)), JANE).summary == long
    assert with_highlights(persona(communication_style=(TRAIL,)), JANE).summary == TRAIL
    assert with_highlights(persona(), JANE).summary is None


def test_key_points_are_chosen_of_the_claims_that_are_left() -> None:
    written = replace(persona(pain_points=(SLOW, TRAIL)), key_points=(SLOW,))
    shown = apply_corrections(written, [wrong(SLOW)], now=NOW)
    assert (shown.key_points, with_highlights(shown, JANE).key_points) == ((), (TRAIL,))


def test_a_text_somebody_put_right_is_told_as_it_stands() -> None:
    pinned = Claim("Manual orders", (Evidence("Manual orders", NOW, Speaker.CORRECTION, corrected_by="sam"),), 0.9)
    summary = with_highlights(persona(pain_points=(pinned,)), JANE).summary
    assert summary is not None
    assert summary.text == "What hurts: Manual orders."
