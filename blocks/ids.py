"""What our buttons are called and what they carry, written and read in one place."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Tab(StrEnum):
    """The views of a card."""

    PERSONA = "persona"
    INSIGHTS = "insights"


PRESS_ACTIONS: Final = re.compile(r"^press:[a-z0-9:]+$")
"""Matches the action id of every button we write."""

_OPEN, _REFRESH = "open", "refresh"
POST_ACTION: Final = "post_into_thread"
"""The action id of the button that posts a persona into the thread a modal was opened from."""
FROM_MESSAGE: Final = "persona_from_message"
"""The callback id of the message shortcut."""
FIND_PERSONA: Final = "find_persona"
"""The callback id of the global shortcut."""
SEEK_ACTION: Final = "seek_contact"
"""The block and action id of its search."""
ABOUT_ACTIONS: Final = re.compile(r"^about:[0-9]{1,18}$")
"""Matches the action id, which is also the value, of a button that says whom a question is about."""
SHARE_ACTION: Final = "share_persona"
SHARE_FORM: Final = "share_persona"
"""The action id of Share, and the callback id of the form it opens."""
CHANNEL, NOTE = "channel", "note"
"""Block and action ids of the form's two inputs."""
RATE_ACTION: Final = "rate_persona"
RATE_FORM: Final = "rate_persona"
"""The action id of the select that rates, and the callback id of the form that asks why."""
REASON: Final = "reason"
"""Block and action id of that form's input."""
_SHOWN = re.compile(r"([0-9]{1,18}):([0-9]{1,9})", re.ASCII)
_SOUGHT = re.compile(r"contact:([0-9]{1,18})", re.ASCII)
_POST = re.compile(r"post:([0-9]{1,18})", re.ASCII)
_PLACE = re.compile(r"([A-Z0-9]{1,40}):([0-9]{1,20}\.[0-9]{1,20})", re.ASCII)
_VALUE = re.compile(r"([0-9]{1,18}):([0-9]{1,9}):(open|refresh|persona|insights)", re.ASCII)
_SHARED: Final = "shared"
_CHOICE = re.compile(r"([0-9]{1,18}):([0-9]{1,9}):([1-5]):(persona|insights|shared)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Press:
    """What a button asks for: another `tab` of the card, or (tab None) the contact's persona, `refresh` anew.

    `version` is the persona version the reader was looking at, 0 when there was none.
    """

    contact_key: int
    version: int = 0
    tab: Tab | None = None
    refresh: bool = False

    def __post_init__(self) -> None:
        if self.contact_key < 0 or self.version < 0:
            raise ValueError("keys and versions are not negative")
        if self.tab is not None and self.refresh:
            raise ValueError("a button shows a tab or refreshes, not both")

    @property
    def asks(self) -> str:
        """The one word that says what is asked for."""
        if self.tab is not None:
            return self.tab.value
        return _REFRESH if self.refresh else _OPEN


def write_press(press: Press) -> str:
    """The button value that `parse_press` reads back as an equal Press."""
    return f"{press.contact_key}:{press.version}:{press.asks}"


def parse_press(value: str) -> Press:
    """The Press of a button value; raises ValueError on anything `write_press` didn't write."""
    found = _VALUE.fullmatch(value)
    if found is None:
        raise ValueError("not a button value of ours")
    key, version, asks = found.groups()
    tab = Tab(asks) if asks not in {_OPEN, _REFRESH} else None
    return Press(contact_key=int(key), version=int(version), tab=tab, refresh=asks == _REFRESH)


def action_id(press: Press) -> str:
    """The button's action id, unique among the buttons of one card."""
    return f"press:{press.asks}:{press.contact_key}"


def block_id(name: str, contact_key: int, version: int = 0) -> str:
    """A block's id, unique in its card and new with each version, as Slack asks of blocks that are replaced."""
    return f"{name}:{contact_key}:{version}"


def write_post(contact_key: int) -> str:
    """The value of the button that posts a contact's persona."""
    return f"post:{contact_key}"


def parse_post(value: str) -> int:
    """The contact key of that button; raises ValueError on anything `write_post` didn't write."""
    found = _POST.fullmatch(value)
    if found is None:
        raise ValueError("not a button value of ours")
    return int(found[1])


def write_place(channel_id: str, thread_ts: str) -> str:
    """A thread as a modal's metadata."""
    return f"{channel_id}:{thread_ts}"


def parse_place(metadata: str) -> tuple[str, str]:
    """Channel and thread of that metadata; raises ValueError on anything else."""
    found = _PLACE.fullmatch(metadata)
    if found is None:
        raise ValueError("not a thread of ours")
    return found[1], found[2]


def write_shown(contact_key: int, version: int) -> str:
    """Which version of whose persona a button or a form is about."""
    return f"{contact_key}:{version}"


def parse_shown(value: str) -> tuple[int, int]:
    """Contact key and version of that; raises ValueError on anything `write_shown` didn't write."""
    found = _SHOWN.fullmatch(value)
    if found is None:
        raise ValueError("not a value of ours")
    return int(found[1]), int(found[2])


@dataclass(frozen=True, slots=True)
class Choice:
    """Stars chosen for a version of a contact's persona on a tab of the card; tab None: on a card in a channel."""

    contact_key: int
    version: int
    stars: int
    tab: Tab | None = None


def write_choice(choice: Choice) -> str:
    """The option value that `parse_choice` reads back as an equal Choice."""
    return f"{choice.contact_key}:{choice.version}:{choice.stars}:{choice.tab.value if choice.tab else _SHARED}"


def parse_choice(value: str) -> Choice:
    """The Choice of an option value; raises ValueError on anything `write_choice` didn't write."""
    found = _CHOICE.fullmatch(value)
    if found is None:
        raise ValueError("not an option of ours")
    key, version, stars, tab = found.groups()
    return Choice(int(key), int(version), int(stars), None if tab == _SHARED else Tab(tab))


def write_sought(contact_key: int) -> str:
    """The value of an option of the search."""
    return f"contact:{contact_key}"


def parse_sought(value: str) -> int:
    """The contact key of that option; raises ValueError on anything `write_sought` didn't write."""
    found = _SOUGHT.fullmatch(value)
    if found is None:
        raise ValueError("not an option of ours")
    return int(found[1])


def write_asked_about(contact_key: int) -> str:
    """The action id and value of the button that says a question is about this contact."""
    return f"about:{contact_key}"


def parse_asked_about(value: str) -> int:
    """The contact key of that button; raises ValueError on anything `write_asked_about` didn't write."""
    if ABOUT_ACTIONS.fullmatch(value) is None:
        raise ValueError("not a button value of ours")
    return int(value.removeprefix("about:"))
