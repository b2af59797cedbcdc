"""Items of a webhook: rows of the import format as JSON, held to the same rules, each answered by itself."""

import hashlib
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Self

from storage.copy_text import copy_text
from storage.crm import layouts
from storage.crm.columns import Columnar
from storage.crm.layouts import Column, Layout
from storage.crm.records import Chunk
from storage.crm.values import ID_LENGTH

MAX_ITEMS: Final = 1000
KINDS: Final[Mapping[str, Layout]] = {
    "contact": layouts.CONTACTS,
    "deal": layouts.DEALS,
    "deal_stage": layouts.DEAL_STAGES,
    "comment": layouts.COMMENTS,
    "activity": layouts.ACTIVITIES,
    "email": layouts.EMAILS,
    "file": layouts.FILES,
    "email_event": layouts.EMAIL_EVENTS,
}
"""The layout of each kind of item, parents before what names them."""


class Action(StrEnum):
    """What an item asks for: that a row is there as it says, or that it is gone."""

    UPSERT = "upsert"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why an item is not taken: its place in the list, the field ("" for the whole item), and the reason."""

    index: int
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Item:
    """A good item. `fields` are its columns that aren't empty, as text, in one order for the same columns."""

    kind: str
    action: Action
    fields: Mapping[str, str]

    @property
    def identity(self) -> tuple[str, ...]:
        """What the row is known by within its source and kind."""
        return tuple(self.fields[name] for name in KINDS[self.kind].identity)

    @property
    def identity_hash(self) -> bytes:
        """The same in 16 bytes."""
        return hashlib.sha256("\0".join(self.identity).encode()).digest()[:16]

    @property
    def objects(self) -> bool:
        """Whether a contact is not to be profiled, or is to be erased."""
        return self.kind == "contact" and (
            self.action is Action.DELETE or self.fields.get("do_not_profile", "").lower() == "true"
        )

    @property
    def says_do_not_profile(self) -> bool:
        """Whether the item settles if its row may be profiled; only a contact's can leave that open."""
        return self.kind != "contact" or "do_not_profile" in self.fields

    def document(self) -> dict[str, Any]:
        """As JSON, to be kept."""
        return {"kind": self.kind, "action": self.action.value, "fields": dict(self.fields)}

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """The item of a document of its own."""
        return cls(document["kind"], Action(document["action"]), document["fields"])


def read_items(given: Sequence[Any]) -> tuple[list[Item], list[Flaw]]:
    """The good items in their order, and what is wrong with the others."""
    items, flaws = list[Item](), list[Flaw]()
    for index, one in enumerate(given):
        wrong = list[Flaw]()
        item = _read(index, one, wrong)
        if item is not None and not wrong:
            items.append(item)
        flaws += wrong
    return items, flaws


def batch_text(layout: Layout, placed: Sequence[tuple[int, Item]]) -> bytes:
    """Items of one layout with their places, as COPY reads them; the place stands for the line of a file."""
    alike = defaultdict[tuple[str, ...], list[tuple[int, Item]]](list)
    for place, item in placed:
        alike[tuple(item.fields)].append((place, item))
    texts = list[bytes]()
    for header, members in alike.items():
        records = [list(item.fields.values()) for _, item in members]
        chunk = Chunk(records, [*(place for place, _ in members), 0], {}, 0)
        texts.append(copy_text(Columnar(header, layout).columns(chunk, _refuse)))
    return b"".join(texts)


def _refuse(_: int, reason: str) -> None:
    raise ValueError(reason)


def _read(index: int, given: Any, wrong: list[Flaw]) -> Item | None:
    if not isinstance(given, dict):
        wrong.append(Flaw(index, "", "is not an object"))
        return None
    kind, action = given.get("kind"), given.get("action", Action.UPSERT.value)
    if not isinstance(kind, str) or kind not in KINDS:
        wrong.append(Flaw(index, "kind", f"is not one of {', '.join(KINDS)}"))
        return None
    if action not in list(Action):
        wrong.append(Flaw(index, "action", f"is not one of {', '.join(Action)}"))
        return None
    layout = KINDS[kind]
    known, read = layout.columns, given.keys() - {"kind", "action"}
    if action == Action.DELETE:
        known = tuple(column for column in known if column.name in layout.identity)
        read &= set(layout.identity)
    texts = {name: _text(index, name, value, wrong) for name, value in given.items() if name in read}
    fields = {column.name: _checked(index, column, texts.pop(column.name, ""), wrong) for column in known}
    fields |= {name: texts[name] for name in sorted(texts)}
    return Item(kind, Action(action), {name: text for name, text in fields.items() if text})


def _checked(index: int, column: Column, text: str, wrong: list[Flaw]) -> str:
    if column.required and not text.strip():
        if all((flaw.index, flaw.field) != (index, column.name) for flaw in wrong):
            wrong.append(Flaw(index, column.name, "is missing"))
    elif text and column.check is not None:
        try:
            return column.check.value(text)
        except ValueError as error:
            wrong.append(Flaw(index, column.name, str(error)))
    return text


def _text(index: int, name: str, value: Any, wrong: list[Flaw]) -> str:
    """A value as it would stand in a file; "" where it is unknown or can't."""
    reason = ""
    if len(name) > ID_LENGTH or not _is_storable(name):
        name, reason = name[:ID_LENGTH].encode(errors="replace").decode().replace("\0", "?"), "is no name of a field"
    elif value is None:
        return ""
    elif isinstance(value, bool):
        return "true" if value else "false"
    elif isinstance(value, str) and not _is_storable(value):
        reason = "holds a NUL or half a character"
    elif isinstance(value, str):
        return value
    elif isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
        return str(value)
    else:
        reason = "is not text, a number, true, false or null"
    wrong.append(Flaw(index, name, reason))
    return ""


def _is_storable(text: str) -> bool:
    """Whether PostgreSQL takes the text: no NUL, no half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
