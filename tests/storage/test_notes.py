"""Our own notes as they are stored to be read."""

from storage.crm.layouts import note_words


def test_a_note_is_read_the_same_from_every_program_it_was_typed_in() -> None:
    assert note_words(["Wants\u00a0it \r\nby May", "", "> kept whole\n--\nJo"]) == (
        ["Wants it\nby May", "", "> kept whole\n--\nJo"],
    )
