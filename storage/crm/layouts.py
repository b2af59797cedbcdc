"""The files of a CRM folder and their columns, as the import format defines them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from persona.hygiene import is_auto_reply, own_words
from persona.model import Direction, EventType, Outcome
from storage.crm.values import AMOUNT, COUNT, FLAG, KEY, MOMENT, ZONE, Check, one_of


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file. `stored_as` is its type in staging; None keeps it among the row's attributes instead."""

    name: str
    check: Check | None = None
    required: bool = False
    stored_as: str | None = "text"


@dataclass(frozen=True, slots=True)
class Derived:
    """Columns computed from others while they stream by: `compute` takes the columns named in `sources`."""

    names: tuple[str, ...]
    sources: tuple[str, ...]
    compute: Callable[..., Sequence[Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Layout:
    """A file of the folder. `identity` are the columns a row is known by: of rows that agree the last counts."""

    name: str
    columns: tuple[Column, ...]
    identity: tuple[str, ...] = ("external_id",)
    derived: Derived | None = None

    @property
    def file(self) -> str:
        """The file's name, such as emails.csv."""
        return f"{self.name}.csv"

    @property
    def required(self) -> tuple[str, ...]:
        """The columns the file can't be without."""
        return tuple(column.name for column in self.columns if column.required)

    @property
    def staged(self) -> tuple[tuple[str, str], ...]:
        """Name and type of each staging column: the row's line, its columns, its attributes, what is derived."""
        stored = [(column.name, column.stored_as) for column in self.columns if column.stored_as]
        derived = [(name, "text") for name in self.derived.names] if self.derived else []
        return (("line", "bigint"), *stored, ("attributes", "jsonb"), *derived)


def email_words(
    directions: Sequence[str], subjects: Sequence[str], bodies: Sequence[str]
) -> tuple[Sequence[str], Sequence[str]]:
    """The contact's own words of each inbound email, and "true" where an email is an automatic reply (else "": false).

    Of our own emails nothing is ever quoted: they have no own words here.
    """
    theirs = [
        own_words(body, direction=Direction.INBOUND) if body and direction == Direction.INBOUND else ""
        for direction, body in zip(directions, bodies, strict=True)
    ]
    machine = ["true" if is_auto_reply(s, b) else "" for s, b in zip(subjects, bodies, strict=True)]
    return theirs, machine


def note_words(bodies: Sequence[str]) -> tuple[Sequence[str]]:
    """Our own notes as they are read: whole, whichever program they were typed in."""
    return ([own_words(body, direction=Direction.INTERNAL) if body else "" for body in bodies],)


_NOTE: Final = Derived(("own_words",), ("body",), note_words)
_ID: Final = Column("external_id", KEY, required=True)
_CONTACT: Final = Column("contact_id", KEY, required=True)
_OWNER: Final = Column("owner_email")
_DIRECTION: Final = Column("direction", one_of(Direction.INBOUND, Direction.OUTBOUND), required=True)


def _time(name: str, *, required: bool = False) -> Column:
    return Column(name, MOMENT, required=required, stored_as="timestamptz")


CONTACTS: Final = Layout(
    "contacts",
    (
        _ID,
        Column("name", KEY, required=True),
        Column("email", KEY),
        Column("phone"),
        Column("title"),
        Column("company", KEY),
        Column("company_domain"),
        Column("industry"),
        Column("company_size", COUNT, stored_as="integer"),
        _OWNER,
        Column("time_zone", ZONE),
        Column("do_not_profile", FLAG, stored_as="boolean"),
        _time("created_at"),
    ),
)
DEALS: Final = Layout(
    "deals",
    (
        _ID,
        _CONTACT,
        Column("name"),
        Column("amount", AMOUNT, stored_as="double precision"),
        Column("currency"),
        Column("stage"),
        Column("outcome", one_of(*Outcome), required=True),
        _time("created_at", required=True),
        _time("closed_at"),
        _OWNER,
    ),
)
DEAL_STAGES: Final = Layout(
    "deal_stages",
    (
        Column("deal_id", KEY, required=True),
        Column("stage", KEY, required=True),
        Column("position", COUNT, required=True, stored_as="integer"),
        _time("entered_at", required=True),
    ),
    identity=("deal_id", "stage", "entered_at"),
)
EMAILS: Final = Layout(
    "emails",
    (
        _ID,
        _CONTACT,
        Column("thread_id"),
        Column("in_reply_to"),
        _DIRECTION,
        _time("sent_at", required=True),
        Column("subject"),
        Column("body"),
        Column("cc", stored_as=None),
        _OWNER,
        Column("tracked", FLAG, stored_as="boolean"),
    ),
    derived=Derived(("own_words", "auto_reply"), ("direction", "subject", "body"), email_words),
)
ACTIVITIES: Final = Layout(
    "activities",
    (
        _ID,
        _CONTACT,
        Column("type", one_of("call", "meeting", "task"), required=True),
        Column("subject"),
        Column("body"),
        _time("occurred_at", required=True),
        Column("duration_minutes", COUNT, stored_as="integer"),
        Column("status", one_of("scheduled", "held", "completed", "no_answer", "cancelled")),
        Column("initiated_by", one_of("contact", "us")),
        _OWNER,
    ),
    derived=_NOTE,
)
COMMENTS: Final = Layout(
    "comments",
    (
        _ID,
        _CONTACT,
        Column("deal_id", KEY),
        Column("author_email"),
        _time("created_at", required=True),
        Column("body", required=True),
    ),
    derived=_NOTE,
)
FILES: Final = Layout(
    "files",
    (
        _ID,
        _CONTACT,
        Column("email_id", KEY),
        _DIRECTION,
        Column("name", required=True),
        Column("mime", stored_as=None),
        Column("size_bytes", stored_as=None),
        _time("shared_at", required=True),
        _time("opened_at"),
    ),
)
EMAIL_EVENTS: Final = Layout(
    "email_events",
    (
        _ID,
        Column("email_id", KEY, required=True),
        Column("type", one_of(*EventType), required=True),
        _time("occurred_at", required=True),
        Column("url"),
        Column("user_agent"),
        Column("ip"),
    ),
)

LAYOUTS: Final = (CONTACTS, DEALS, DEAL_STAGES, COMMENTS, ACTIVITIES, EMAILS, FILES, EMAIL_EVENTS)
"""Every file, parents before the rows that name them."""
