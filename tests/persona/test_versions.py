"""The differences of two versions in words."""

from dataclasses import replace

from persona.corrections import Correction, apply_corrections
from persona.model import Claim, CorrectionKind, Role
from persona.versions import describe_changes
from tests.persona.histories import NOW, ago
from tests.persona.test_corrections import AUDIT, EXPORTS, PAIN, SLOW, TRAIL, persona, quote

PRICE = Claim("Finds the price too high", (quote("m5", "That is more than we can spend."),), 0.5)
RISK = Claim("Fears a long migration", (quote("m6", "Moving took nine months last time."),), 0.5)


def test_nothing_changed_when_the_same_is_said_in_other_words() -> None:
    reworded = Claim("Export runs break at night", (EXPORTS,), 0.7)
    assert describe_changes(persona(pain_points=(SLOW,)), persona(pain_points=(reworded,)), ()) == ()


def test_claims_that_came_and_went_are_counted_by_facet() -> None:
    before = persona(pain_points=(SLOW, TRAIL))
    after = persona(pain_points=(TRAIL,), likely_objections=(PRICE, RISK))
    assert describe_changes(before, after, ()) == ("- 1 pain point", "+ 2 objections")


def test_a_new_role_is_told_with_its_source() -> None:
    before = persona(pain_points=(SLOW,))
    role = Role("CEO", "Northwind", None, confirmed=False, source="mail of 3 October")
    assert describe_changes(before, replace(before, role=role), ()) == (
        "role changed: COO, Northwind to CEO, Northwind (mail of 3 October)",
    )


def test_another_company_with_the_same_title_is_a_new_role() -> None:
    before = persona(pain_points=(SLOW,))
    role = replace(before.role, company="Southwind")
    assert describe_changes(before, replace(before, role=role), ()) == (
        "role changed: COO, Northwind to COO, Southwind (CRM)",
    )


def test_what_a_correction_changed_is_told_and_not_counted() -> None:
    before = persona(pain_points=(SLOW, TRAIL))
    corrections = [
        Correction(PAIN, SLOW.text, (EXPORTS,), CorrectionKind.RIGHT_TEXT, "sam", ago(1), "Exports run late"),
        Correction(PAIN, TRAIL.text, (AUDIT,), CorrectionKind.WRONG_PERSON, "ann", ago(1)),
    ]
    after = apply_corrections(before, corrections, now=NOW)
    assert describe_changes(before, after, corrections) == (
        "corrected by sam: “Exports fail at night without a warning” is now “Exports run late”",
        "corrected by ann: a claim is about another person",
    )
