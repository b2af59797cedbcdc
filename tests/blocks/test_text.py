import pytest

from blocks.text import clip, clip_mrkdwn, few_lines, length, line, mrkdwn, one_line, passage, sentence, unique_labels
from tests.profiles import HEBREW, HOSTILE_NAME


def test_mrkdwn_reads_as_written_and_can_neither_mention_nor_format() -> None:
    assert mrkdwn(HOSTILE_NAME) == (
        "&lt;!channel&gt; pay ∗\uff3f∼here∼\uff3f∗ ˋnowˋ ∶tada: &amp; &lt;https://evil.example|your bank&gt;"
    )


def test_mrkdwn_never_begins_a_quotation() -> None:
    assert mrkdwn("> not a quote") == "› not a quote"


def test_a_literal_line_keeps_every_visible_character() -> None:
    assert line(HOSTILE_NAME, 100) == HOSTILE_NAME


def test_invisible_and_bidi_characters_are_gone_and_white_space_is_one_space() -> None:
    assert one_line("\u202eevil\u202c\x00 a\t\n b\u200b\ufeff\x1b[31m") == "evil a b[31m"


def test_joiners_that_emoji_and_scripts_need_are_kept() -> None:
    assert one_line("👩\u200d🚀 می\u200cخواهم") == "👩\u200d🚀 می\u200cخواهم"


def test_right_to_left_text_is_isolated_from_what_stands_around_it() -> None:
    assert line(HEBREW, 40) == "\u2068יעל כהן evil\u2069"


def test_a_quote_keeps_its_line_breaks_without_blank_lines() -> None:
    assert few_lines("Dear Tom,\r\n\r\n  three  lines\n\n\nand a date. ") == "Dear Tom,\nthree lines\nand a date."
    assert passage("one\ntwo three four", 14) == "one\ntwo three…"


@pytest.mark.parametrize(
    ("text", "limit", "clipped"),
    [
        ("short", 5, "short"),
        ("a claim of many words", 14, "a claim of…"),
        ("unbrokenandlong", 8, "unbroke…"),
        ("😀😀😀😀", 5, "😀😀…"),
        ("a\u0301" * 9, 6, "a\u0301a\u0301…"),
        ("ab👩\u200d🚀", 5, "ab…"),
    ],
)
def test_clipping_counts_as_slack_does_and_cuts_between_words_and_characters(
    text: str, limit: int, clipped: str
) -> None:
    assert clip(text, limit) == clipped
    assert length(clipped) <= limit


def test_clipped_mrkdwn_has_no_half_entity() -> None:
    assert [clip_mrkdwn("ab &amp; cd", limit) for limit in range(5, 11)] == ["ab…"] * 6


def test_chart_labels_are_short_different_and_never_empty() -> None:
    labels = unique_labels(["Enterprise customers, north", "Enterprise customers, south", "", ""])
    assert labels == ["Enterprise customer…", "Enterprise custom… 2", "–", "– 2"]


def test_a_sentence_begins_with_a_capital_and_ends() -> None:
    assert [sentence(text) for text in ("log a call", "Done.", "“Why?”", "")] == ["Log a call.", "Done.", "“Why?”", ""]
