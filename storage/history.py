"""Everything the CRM holds about a contact, as it was known at a moment."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import Select, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from persona.errors import ContactNotFoundError
from persona.hygiene import mark_machine_events
from persona.model import Deal, Direction, EmailEvent, EventType, History, Interaction, Kind
from persona.progress import Course, Doing
from storage.contacts import among, contact_from, select_contacts
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
    found = await load_histories(connection, workspace_id, [contact_key], until=until)
    if contact_key not in found:
        raise ContactNotFoundError(str(contact_key))
    return found[contact_key]


async def load_histories(
    connection: AsyncConnection, workspace_id: int, contact_keys: Sequence[int], *, until: datetime
) -> dict[int, History]:
    """The same of many contacts in as many queries as of one; those there are not are left out."""
    who = select_contacts().add_columns(workspaces.c.time_zone.label("workspace_zone"))
    who = who.join(workspaces, workspaces.c.workspace_id == contacts.c.workspace_id)
    who = who.where(contacts.c.workspace_id == workspace_id, among(contacts.c.id, contact_keys))
    people = (await connection.execute(who)).all()
    deals = await load_deals(connection, workspace_id, contact_keys, until=until)
    stages = {key: _stages(theirs) for key, theirs in deals.items()}
    medians = await load_stage_medians(connection, workspace_id, stages=set().union(*stages.values()), until=until)
    timelines = await _load_timelines(connection, workspace_id, contact_keys, until=until)
    return {
        row.id: History(
            contact=contact_from(row),
            interactions=timelines.get(row.id, ()),
            deals=deals.get(row.id, ()),
            stage_medians={stage: days for stage, days in medians.items() if stage in stages.get(row.id, ())},
            zone=row.time_zone or row.workspace_zone,
            zone_source="contact" if row.time_zone else "workspace",
        )
        for row in people
    }


async def load_courses(
    connection: AsyncConnection, workspace_id: int, contact_keys: Sequence[int], *, until: datetime
) -> list[Course]:
    """How the deals of those contacts went who have any, and what was done meanwhile, as known at `until`."""
    deals = await load_deals(connection, workspace_id, contact_keys, until=until)
    doings = (
        select(interactions.c.contact_id, interactions.c.occurred_at, interactions.c.kind, interactions.c.direction)
        .where(interactions.c.workspace_id == workspace_id, among(interactions.c.contact_id, list(deals)))
        .where(interactions.c.occurred_at <= until, ~interactions.c.auto_reply)
        .where(interactions.c.direction != Direction.INTERNAL.value)
    )
    done: defaultdict[int, list[tuple[datetime, Doing]]] = defaultdict(list)
    for key, at, kind, direction in (await connection.execute(doings)).all() if deals else ():
        done[key].append((at, (Kind(kind), Direction(direction))))
    return [Course(theirs, tuple(done[key])) for key, theirs in deals.items()]


def _stages(deals: Sequence[Deal]) -> set[str]:
    return {change.stage for deal in deals for change in deal.stages} | {deal.stage for deal in deals if deal.stage}


async def _load_timelines(
    connection: AsyncConnection, workspace_id: int, contact_keys: Sequence[int], *, until: datetime
) -> dict[int, tuple[Interaction, ...]]:
    timeline: Select[Any] = (
        select(interactions.c.contact_id, interactions.c.id, *(interactions.c[name] for name in _COLUMNS))
        .where(
            interactions.c.workspace_id == workspace_id,
            among(interactions.c.contact_id, contact_keys),
            interactions.c.occurred_at <= until,
        )
        .order_by(interactions.c.contact_id, interactions.c.occurred_at, interactions.c.id)
    )
    events = await _load_events(connection, workspace_id, contact_keys, until=until)
    rows = (await connection.execute(timeline)).all()
    return {
        key: tuple(_interaction(row[1:], events, until) for row in theirs)
        for key, theirs in groupby(rows, key=itemgetter(0))
    }


async def _load_events(
    connection: AsyncConnection, workspace_id: int, contact_keys: Sequence[int], *, until: datetime
) -> _Events:
    """The events of the contacts' emails by interaction key, oldest first."""
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
            among(interactions.c.contact_id, contact_keys),
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
