"""Everything the CRM holds about one contact, as it was known at a moment."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from persona.errors import ContactNotFoundError
from persona.hygiene import mark_machine_events
from persona.model import Direction, EmailEvent, EventType, History, Interaction, Kind
from storage.contacts import contact_from, select_contacts
from storage.deals import load_deals, load_stage_medians
from storage.tables import contacts, email_events, interactions, workspaces

# In the order of Interaction's fields, which is how a row becomes one.
_COLUMNS: Final = (
    "external_id",
    "kind",
    "direction",
    "occurred_at",
    "subject",
    "body",
    "own_words",
    "auto_reply",
    "thread_id",
    "in_reply_to",
    "tracked",
    "status",
    "duration_minutes",
    "initiated_by_contact",
    "deal_external_id",
    "email_external_id",
    "file_opened_at",
)

_Events = Mapping[int, Sequence[EmailEvent]]


async def load_history(connection: AsyncConnection, workspace_id: int, contact_key: int, *, until: datetime) -> History:
    """The contact's history at `until`: what happened, was opened or was closed later is left out.

    Machine-made opens and clicks are marked. Stage medians are those of the stages of the contact's deals. Raises
    ContactNotFoundError.
    """
    who = select_contacts().add_columns(workspaces.c.time_zone.label("workspace_zone"))
    who = who.join(workspaces, workspaces.c.workspace_id == contacts.c.workspace_id)
    who = who.where(contacts.c.workspace_id == workspace_id, contacts.c.id == contact_key)
    row = (await connection.execute(who)).one_or_none()
    if row is None:
        raise ContactNotFoundError(str(contact_key))
    deals = await load_deals(connection, workspace_id, contact_key, until=until)
    stages = {change.stage for deal in deals for change in deal.stages} | {deal.stage for deal in deals if deal.stage}
    return History(
        contact=contact_from(row),
        interactions=await _load_interactions(connection, workspace_id, contact_key, until=until),
        deals=deals,
        stage_medians=await load_stage_medians(connection, workspace_id, stages=stages, until=until),
        zone=row.time_zone or row.workspace_zone,
        zone_source="contact" if row.time_zone else "workspace",
    )


async def _load_interactions(
    connection: AsyncConnection, workspace_id: int, contact_key: int, *, until: datetime
) -> tuple[Interaction, ...]:
    timeline: Select[Any] = (
        select(interactions.c.id, *(interactions.c[name] for name in _COLUMNS))
        .where(
            interactions.c.workspace_id == workspace_id,
            interactions.c.contact_id == contact_key,
            interactions.c.occurred_at <= until,
        )
        .order_by(interactions.c.occurred_at, interactions.c.id)
    )
    events = await _load_events(connection, workspace_id, contact_key, until=until)
    return tuple(_interaction(row, events, until) for row in (await connection.execute(timeline)).all())


async def _load_events(connection: AsyncConnection, workspace_id: int, contact_key: int, *, until: datetime) -> _Events:
    """The events of the contact's emails by interaction key, oldest first."""
    tracked = (
        select(
            email_events.c.interaction_id,
            email_events.c.type,
            email_events.c.occurred_at,
            email_events.c.url,
            email_events.c.user_agent,
            email_events.c.ip,
        )
        .join(
            interactions,
            and_(
                interactions.c.workspace_id == email_events.c.workspace_id,
                interactions.c.id == email_events.c.interaction_id,
            ),
        )
        .where(
            interactions.c.workspace_id == workspace_id,
            interactions.c.contact_id == contact_key,
            email_events.c.occurred_at <= until,
        )
        .order_by(email_events.c.occurred_at, email_events.c.id)
    )
    found: defaultdict[int, list[EmailEvent]] = defaultdict(list)
    for key, kind, occurred_at, url, user_agent, ip in (await connection.execute(tracked)).all():
        found[key].append(EmailEvent(EventType(kind), occurred_at, url=url, user_agent=user_agent, ip=ip))
    return found


def _interaction(row: Sequence[Any], events: _Events, until: datetime) -> Interaction:
    key, external_id, kind, direction, occurred_at, *rest, file_opened_at = row
    own_events = events.get(key)
    known_open = file_opened_at if file_opened_at and file_opened_at <= until else None
    marked = mark_machine_events(occurred_at, own_events) if own_events else ()
    fields = [external_id, Kind(kind), Direction(direction), occurred_at, *rest, known_open, marked]
    return Interaction(*fields)
