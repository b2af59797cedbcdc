"""What the Home's buttons are called and carry."""

import re
from typing import Final

HOME_FIND: Final = "home_find"
"""The action id of the button that opens the search."""
RETRY_JOBS: Final = "retry_jobs"
"""The action id of the button that puts failed jobs back into the queue."""
HOME_OPEN: Final = re.compile(r"^home_(wait|new):[0-9]{1,18}$")
"""Matches the action id of the buttons that open a contact's persona."""
_OPEN = re.compile(r"open:([0-9]{1,18})", re.ASCII)


def home_action(name: str, contact_key: int) -> str:
    """The action id of a contact's button in the list of that name."""
    return f"home_{name}:{contact_key}"


def write_home_open(contact_key: int) -> str:
    """The value of that button."""
    return f"open:{contact_key}"


def parse_home_open(value: str) -> int:
    """The contact key of that value; raises ValueError on anything `write_home_open` didn't write."""
    found = _OPEN.fullmatch(value)
    if found is None:
        raise ValueError("not a button value of ours")
    return int(found[1])
