"""What a CRM holds: contact, interaction, deal, history."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What sort of row of the timeline an interaction is."""

    EMAIL = "email"
    CALL = "call"
    MEETING = "meeting"
    TASK = "task"
    COMMENT = "comment"
    FILE = "file"


class Direction(StrEnum):
    """Who acted: the contact (inbound), we (outbound), or we among ourselves (internal: tasks, comments)."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"


class Speaker(StrEnum):
    """Whose words a piece of evidence is, strongest first."""

    CONTACT = "contact"
    CORRECTION = "correction"
    NOTE = "our_note"
    METRIC = "metric"


class EventType(StrEnum):
    """What happened to a tracked email."""

    DELIVERED = "delivered"
    OPEN = "open"
    CLICK = "click"
    REPLY = "reply"
    BOUNCE = "bounce"
    AUTO_REPLY = "auto_reply"


class Outcome(StrEnum):
    """How a deal stands."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Contact:
    """A person in the CRM. `key` is the store's own id."""

    key: int
    contact_id: str
    name: str
    email: str | None = None
    title: str | None = None
    company: str | None = None
    industry: str | None = None
    company_size: int | None = None
    owner_email: str | None = None
    time_zone: str | None = None
    do_not_profile: bool = False
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EmailEvent:
    """One tracking event of an email we sent. `machine` marks opens and clicks no human made."""

    type: EventType
    occurred_at: datetime
    url: str | None = None
    user_agent: str | None = None
    ip: str | None = None
    machine: bool = False


@dataclass(frozen=True, slots=True)
class Interaction:
    """One row of the timeline.

    `body` is the text as received; `own_words` is what its author wrote, without quotes, forwards, signature and
    disclaimers (for an inbound email the contact's own words, for a call, meeting or comment our note; an imported
    outbound email has none, for nothing of it is quoted). `auto_reply` marks out-of-office answers and bounces: they
    are no reply and nobody's words.
    """

    interaction_id: str
    kind: Kind
    direction: Direction
    occurred_at: datetime
    subject: str = ""
    body: str = ""
    own_words: str = ""
    auto_reply: bool = False
    thread_id: str | None = None
    in_reply_to: str | None = None
    tracked: bool = False
    status: str | None = None
    duration_minutes: int | None = None
    initiated_by_contact: bool = False
    deal_id: str | None = None
    email_id: str | None = None
    file_opened_at: datetime | None = None
    events: tuple[EmailEvent, ...] = ()

    @property
    def by_contact(self) -> bool:
        """Whether the contact made this happen: their email, a call or meeting they began, a file they sent."""
        return self.direction is Direction.INBOUND and not self.auto_reply

    @property
    def speaker(self) -> Speaker | None:
        """Whose words `own_words` may be quoted as; None when they are no evidence (our mails, files, auto-replies)."""
        if self.kind is Kind.EMAIL:
            return Speaker.CONTACT if self.by_contact else None
        return None if self.kind is Kind.FILE else Speaker.NOTE


@dataclass(frozen=True, slots=True)
class StageChange:
    """A deal entered a stage."""

    stage: str
    position: int
    entered_at: datetime


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal with this contact. `stages` are in time order."""

    deal_id: str
    name: str
    outcome: Outcome
    created_at: datetime
    stage: str | None = None
    amount: float | None = None
    currency: str | None = None
    closed_at: datetime | None = None
    stages: tuple[StageChange, ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """Everything the CRM holds about one contact; interactions oldest first.

    `stage_medians` are the workspace's median days per stage name, `zone` the IANA zone hours are read in, and
    `zone_source` says whose it is: "contact" or "workspace".
    """

    contact: Contact
    interactions: tuple[Interaction, ...] = ()
    deals: tuple[Deal, ...] = ()
    stage_medians: Mapping[str, float] = field(default_factory=dict)
    zone: str = "UTC"
    zone_source: str = "workspace"
