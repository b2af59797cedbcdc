import pytest

from blocks.ids import PRESS_ACTIONS, Press, Tab, action_id, parse_press, write_press

PRESSES = [
    Press(42, 4, tab=Tab.PERSONA),
    Press(42, 4, tab=Tab.INSIGHTS),
    Press(42, 4, refresh=True),
    Press(7),
]


@pytest.mark.parametrize("press", PRESSES, ids=str)
def test_a_press_comes_back_from_its_button_value(press: Press) -> None:
    assert parse_press(write_press(press)) == press


def test_action_ids_are_unique_and_routed() -> None:
    ids = [action_id(press) for press in PRESSES]
    assert len(set(ids)) == len(ids)
    assert all(PRESS_ACTIONS.search(name) for name in ids)


@pytest.mark.parametrize(
    "value",
    ["", "42", "42:4", "42:4:delete", " 42:4:open", "42:4:open\n", "-1:4:open", "٤٢:4:open", "9" * 19 + ":0:open"],
)
def test_a_value_we_did_not_write_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="not a button value"):
        parse_press(value)


def test_a_press_that_asks_two_things_cannot_be_built() -> None:
    with pytest.raises(ValueError, match="not both"):
        Press(1, tab=Tab.PERSONA, refresh=True)
