"""A summary made anew when a correction took the one that was written."""

from dataclasses import replace

from persona.corrections import apply_corrections
from persona.model import Claim, Contact, WrittenBy
from persona.resummarising import restore_summary
from tests.persona.histories import NOW
from tests.persona.test_corrections import EXPORTS, SLOW, TRAIL, persona, wrong

JANE = Contact(1, "c1", "Jane Doe")


def test_rules_summary_is_made_of_the_claims_left_and_a_models_is_not_replaced() -> None:
    summary = Claim("Jane loses exports", (EXPORTS,), 0.5)
    written = replace(persona(pain_points=(SLOW, TRAIL)), summary=summary)
    shown = apply_corrections(written, [wrong(SLOW)], now=NOW)
    restored = restore_summary(shown, written, JANE).summary
    assert shown.summary is None
    assert restored is not None
    assert (restored.evidence, "audit trail" in restored.text, "xport" in restored.text) == (
        TRAIL.evidence,
        True,
        False,
    )
    assert restore_summary(written, written, JANE) == written
    by_model = replace(written, written_by=WrittenBy("gpt-4o-mini"))
    assert restore_summary(shown, by_model, JANE).summary is None
