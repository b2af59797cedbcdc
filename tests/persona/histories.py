"""Small histories to compute metrics of, by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

from persona.model import Contact, Deal, Direction, History, Interaction, Kind

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def ago(days: float = 0, hours: float = 0) -> datetime:
    return NOW - timedelta(days=days, hours=hours)


def row(at: datetime, kind: Kind = Kind.CALL, direction: Direction = Direction.OUTBOUND, **fields: Any) -> Interaction:
    return Interaction(
        interaction_id=fields.pop("id", f"{kind}-{at:%m%d%H%M}-{direction}"),
        kind=kind,
        direction=direction,
        occurred_at=at,
        **fields,
    )


def sent(at: datetime, thread: str = "t", **fields: Any) -> Interaction:
    return row(at, Kind.EMAIL, Direction.OUTBOUND, thread_id=thread, **{"tracked": True, **fields})


def received(at: datetime, thread: str = "t", **fields: Any) -> Interaction:
    return row(at, Kind.EMAIL, Direction.INBOUND, thread_id=thread, **fields)


def history(*interactions: Interaction, deals: tuple[Deal, ...] = (), **fields: Any) -> History:
    contact = fields.pop("contact", None) or Contact(key=1, contact_id="c-1", name="Jane Doe")
    ordered = tuple(sorted(interactions, key=lambda i: i.occurred_at))
    return History(contact=contact, interactions=ordered, deals=deals, **fields)
