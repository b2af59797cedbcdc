"""The timeline at a moment, cut into what the metrics look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from persona.model import Direction, History, Interaction, Kind

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Timeline:
    """What had happened by `now`: all rows, those the contact made, and the emails by thread, oldest first.

    A file the contact sent with a mail is one action with it, and only the mail counts as theirs.
    """

    history: History
    now: datetime
    rows: tuple[Interaction, ...]
    by_contact: tuple[Interaction, ...]
    sent: tuple[Interaction, ...]
    received: tuple[Interaction, ...]
    threads: Mapping[str, Sequence[Interaction]]

    @property
    def tracked(self) -> tuple[Interaction, ...]:
        """Our emails with tracking."""
        return tuple(mail for mail in self.sent if mail.tracked)


def read_timeline(history: History, now: datetime) -> Timeline:
    """The timeline of a history at `now`; later rows are left out, auto-replies are nobody's."""
    rows = tuple(i for i in history.interactions if i.occurred_at <= now)
    emails = [i for i in rows if i.kind is Kind.EMAIL and not i.auto_reply]
    return Timeline(
        history=history,
        now=now,
        rows=rows,
        by_contact=tuple(i for i in rows if i.by_contact and not _is_attachment(i)),
        sent=tuple(m for m in emails if m.direction is Direction.OUTBOUND),
        received=tuple(m for m in emails if m.direction is Direction.INBOUND),
        threads=_threads(emails),
    )


def _is_attachment(row: Interaction) -> bool:
    return row.kind is Kind.FILE and row.email_id is not None


def days_between(earlier: datetime, later: datetime) -> float:
    """Days, with their fraction."""
    return (later - earlier) / DAY


def _threads(emails: Sequence[Interaction]) -> dict[str, list[Interaction]]:
    """Emails by thread id; without one, by the mail they answer."""
    key_of: dict[str, str] = {}
    threads: dict[str, list[Interaction]] = {}
    for mail in emails:
        answered = key_of.get(mail.in_reply_to or "")
        key = mail.thread_id or answered or f"mail:{mail.interaction_id}"
        key_of[mail.interaction_id] = key
        threads.setdefault(key, []).append(mail)
    return threads
