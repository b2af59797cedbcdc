"""The modals of a card's menu: history, and the contacts that are alike."""

import pytest

from blocks.card_menu import history_view, similar_view
from blocks.text import one_line
from tests.profiles import NOW, jane, rich_profile


@pytest.mark.parametrize("name", ["\u202eenaJ\u200b\nDoe", "", "W" * 4_000])
def test_their_titles_are_one_clean_line_whatever_a_contact_is_called(name: str) -> None:
    profile = rich_profile(contact=jane(name=name))
    cards = [history_view([profile], [], now=NOW), similar_view(profile, [None] * len(profile.similar))]
    titles = [card.blocks[0]["text"]["text"] for card in cards]
    assert [(one_line(title), len(title) <= 150, title.endswith(" ")) for title in titles] == [
        (title, True, False) for title in titles
    ]
