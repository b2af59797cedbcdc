"""How contacts behave, in behavioral_patterns: one snapshot a contact, and which contacts are alike."""

from datetime import datetime
from typing import Any, Final

import numpy as np
from sqlalchemy import Row, Text, cast, func, literal, select, text
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from persona.documents import dump_insights
from persona.model import Insights
from persona.ports import Neighbour, Neighbours, Vector
from storage.contacts import contact_from, select_contacts
from storage.tables import behavioral_patterns, contacts

# One row for each of the contacts that has closed deals, and one with contact_id null for the whole workspace. A deal
# that ended nobody noted when counts as closed.
_OUTCOMES: Final = text("""
    SELECT contact_id, count(*) FILTER (WHERE outcome = 'won') AS won, count(*) FILTER (WHERE outcome = 'lost') AS lost
    FROM deals WHERE workspace_id = :workspace AND outcome IN ('won', 'lost')
        AND created_at <= :until AND (closed_at IS NULL OR closed_at <= :until)
    GROUP BY GROUPING SETS ((contact_id), ())
    HAVING grouping(contact_id) = 1 OR contact_id = ANY(:contacts)""")


async def save_pattern(
    connection: AsyncConnection,
    workspace_id: int,
    contact_key: int,
    insights: Insights,
    *,
    behaviour: Vector,
    profile: Vector | None,
    model: str,
) -> None:
    """Replaces the contact's snapshot. `profile` is None when the contact has no words of their own in this model.

    It counts as measured at `insights.as_of`, when the history was read: what changed since isn't in it.
    """
    values = {
        "as_of": insights.as_of,
        "model": model,
        "insights": cast(literal(dump_insights(insights), Text), JSONB),
        "behaviour": behaviour,
        "profile": profile,
        "measured_at": insights.as_of,
    }
    row = insert(behavioral_patterns).values(workspace_id=workspace_id, contact_id=contact_key, **values)
    await connection.execute(row.on_conflict_do_update(index_elements=["workspace_id", "contact_id"], set_=values))


async def nearest_contacts(
    connection: AsyncConnection, workspace_id: int, contact_key: int, vector: Vector, *, until: datetime, limit: int
) -> Neighbours:
    """The contacts nearest to a profile vector by cosine, and how the workspace's deals closed by `until` ended.

    Exact: every vector of the workspace that is of the same model and length is compared. The contact itself and
    those not to be profiled are left out. The others' behaviour is that of their newest snapshot, whatever `until` is.
    """
    rows = await _nearest(connection, workspace_id, contact_key, vector, limit=limit) if np.any(vector) else []
    parameters = {"workspace": workspace_id, "contacts": [row.id for row in rows], "until": until}
    outcomes = {row.contact_id: row for row in (await connection.execute(_OUTCOMES, parameters)).all()}
    base_won, base_lost = _won_and_lost(outcomes.get(None))
    return Neighbours(
        nearest=tuple(_neighbour(row, outcomes.get(row.id)) for row in rows),
        base_won=base_won,
        base_closed=base_won + base_lost,
    )


async def _nearest(
    connection: AsyncConnection, workspace_id: int, contact_key: int, vector: Vector, *, limit: int
) -> list[Row[Any]]:
    patterns = behavioral_patterns.c
    not_to_profile = select(contacts.c.id).where(contacts.c.workspace_id == workspace_id, contacts.c.do_not_profile)
    nearest = (
        select(patterns.contact_id, patterns.behaviour, patterns.profile.cosine_distance(vector).label("distance"))
        .where(
            patterns.workspace_id == workspace_id,
            patterns.contact_id != contact_key,
            patterns.contact_id.not_in(not_to_profile),
            patterns.model == _model_of(workspace_id, contact_key),
            func.vector_dims(patterns.profile) == len(vector),
            func.vector_norm(patterns.profile) > 0,
        )
        .order_by("distance", patterns.contact_id)
        .limit(limit)
        .subquery()
    )
    found = (
        select_contacts()
        .add_columns(nearest.c.behaviour, (1 - nearest.c.distance).label("similarity"))
        .join(nearest, nearest.c.contact_id == contacts.c.id)
        .where(contacts.c.workspace_id == workspace_id)
        .order_by(nearest.c.distance, contacts.c.id)
    )
    return list((await connection.execute(found)).all())


def _model_of(workspace_id: int, contact_key: int) -> ColumnElement[str]:
    """The embedding model of the contact's snapshot; of the workspace's newest one while the contact has none."""
    patterns = behavioral_patterns.c
    return (
        select(patterns.model)
        .where(patterns.workspace_id == workspace_id)
        .order_by((patterns.contact_id == contact_key).desc(), patterns.measured_at.desc())
        .limit(1)
        .scalar_subquery()
    )


def _neighbour(row: Row[Any], outcomes: Row[Any] | None) -> Neighbour:
    won, lost = _won_and_lost(outcomes)
    return Neighbour(
        contact=contact_from(row),
        similarity=float(row.similarity),
        behaviour=np.asarray(row.behaviour, dtype=np.float32),
        won=won,
        lost=lost,
    )


def _won_and_lost(outcomes: Row[Any] | None) -> tuple[int, int]:
    return (outcomes.won, outcomes.lost) if outcomes else (0, 0)
