"""The PDF: whole, the same each time, in every alphabet, and readable as text."""

import pytest

from blocks.pdf import render_pdf
from blocks.right_to_left import drawn_order
from persona.export import export_claims
from tests.blocks.test_cards import PROFILES
from tests.profiles import NOW, jane, rich_profile


@pytest.mark.parametrize(
    "profile", ["rich", "basic", "unwritten", "hostile", "nameless", "never met", "worst right to left"]
)
def test_every_profile_makes_a_document(profile: str) -> None:
    made = render_pdf(PROFILES[profile], now=NOW)
    assert (made[:5], made.rstrip()[-5:], len(made) < 300_000) == (b"%PDF-", b"%%EOF", True)


def test_the_same_profile_makes_the_same_bytes() -> None:
    assert render_pdf(rich_profile(), now=NOW) == render_pdf(rich_profile(), now=NOW)


def test_letters_the_font_lacks_are_boxes_and_stop_nothing() -> None:
    made = render_pdf(rich_profile(contact=jane(name="李雷 😀", title="Ürün Müdürü", company="ООО Ромашка")), now=NOW)
    assert made.startswith(b"%PDF-")


def test_no_cell_of_the_table_is_a_formula() -> None:
    persona = rich_profile().persona
    assert persona is not None
    rows = export_claims(rich_profile()).splitlines()
    assert rows[0] == "\ufeffplace,claim,confidence,level,evidence,said by,when,record"
    assert [row for row in rows[1:] for cell in row.split(",") if cell.strip('"')[:1] in {"=", "+", "@"}] == []


@pytest.mark.parametrize(
    ("line", "drawn"),
    [
        ("\u05d3\u05e0\u05d4 VP", "VP \u05d4\u05e0\u05d3"),
        ("Dana \u05d3\u05e0\u05d4 12", "Dana 12 \u05d4\u05e0\u05d3"),
        ("Zoë", "Zoë"),
    ],
)
def test_a_line_from_right_to_left_is_drawn_in_its_own_direction(line: str, drawn: str) -> None:
    assert drawn_order(line) == drawn
