"""What a persona could not read is named."""

from persona.model import Direction, Kind
from persona.unread import name_unread
from tests.persona.histories import ago, history, received, row


def test_files_empty_mails_and_other_scripts_are_counted_by_kind() -> None:
    given = history(
        row(ago(days=9), Kind.FILE, Direction.INBOUND, subject="plan.pdf"),
        row(ago(days=8), Kind.FILE, Direction.OUTBOUND, subject="offer.pdf"),
        received(ago(days=7), body=" \n", own_words=""),
        received(ago(days=6), body="Нам нужен договор", own_words="Нам нужен договор"),
        received(ago(days=5), body="Müller & Söhne: привет", own_words="Müller & Söhne: привет"),
    )
    assert name_unread(given) == "2 files (by name only), 1 email without text and 1 email in a script we don't read"


def test_what_was_read_whole_leaves_nothing_to_name() -> None:
    assert name_unread(history(received(ago(days=5), body="Yes", own_words="Yes"))) == ""
