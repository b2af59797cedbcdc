"""How contacts behave, in behavioral_patterns: one snapshot a contact, and which contacts are alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
from pgvector.sqlalchemy import HALFVEC
from sqlalchemy import ARRAY, BigInteger, Row, Text, any_, bindparam, cast, func, literal, select, text
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from persona.documents import dump_insights
from persona.model import Insights
from persona.ports import Neighbour, Neighbours, Vector
from storage.contacts import contact_from, select_contacts
from storage.tables import behavioral_patterns, contacts

EXACT_UP_TO: Final = 100_000
PROFILE_DIMENSIONS: Final = 268
"""The length of profile vectors that the index is made for (migration 0012): 12 traits and 256 of the text's."""
_CANDIDATES: Final = 50
_ESTIMATE: Final = text("EXPLAIN (FORMAT JSON) SELECT FROM behavioral_patterns WHERE workspace_id = :workspace")
_SEARCH: Final = text(
    "SELECT set_config('hnsw.iterative_scan', 'strict_order', true), set_config('hnsw.ef_search', '150', true)"
)
_NEAR: Final = text("""
    SELECT contact_id FROM behavioral_patterns
    WHERE workspace_id = :workspace AND vector_dims(profile) = 268
    ORDER BY profile::halfvec(268) <=> :vector LIMIT :limit""").bindparams(
    bindparam("vector", type_=HALFVEC(PROFILE_DIMENSIONS))
)

# One row for each of the contacts that has closed deals, and one with contact_id null for the whole workspace. A deal
# that ended nobody noted when counts as closed.
_OUTCOMES: Final = text("""
    SELECT contact_id, count(*) FILTER (WHERE outcome = 'won') AS won, count(*) FILTER (WHERE outcome = 'lost') AS lost
    FROM deals WHERE workspace_id = :workspace AND outcome IN ('won', 'lost')
        AND created_at <= :until AND (closed_at IS NULL OR closed_at <= :until)
    GROUP BY GROUPING SETS ((contact_id), ())
    HAVING grouping(contact_id) = 1 OR contact_id = ANY(:contacts)""")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A contact's snapshot. `profile` is None when the contact has no words of their own in this model.

    It counts as measured at `insights.as_of`, when the history was read: what changed since isn't in it.
    """

    contact_key: int
    insights: Insights
    behaviour: Vector
    profile: Vector | None
    model: str


async def save_patterns(connection: AsyncConnection, workspace_id: int, made: Sequence[Pattern]) -> None:
    """Replaces the snapshots of these contacts."""
    given = insert(behavioral_patterns).values(insights=cast(bindparam("document", type_=Text), JSONB))
    names = ("as_of", "model", "insights", "behaviour", "profile", "measured_at", "quiet_from")
    kept = given.on_conflict_do_update(
        index_elements=["workspace_id", "contact_id"], set_={name: given.excluded[name] for name in names}
    )
    rows = [
        {
            "workspace_id": workspace_id,
            "contact_id": pattern.contact_key,
            "as_of": pattern.insights.as_of,
            "model": pattern.model,
            "document": dump_insights(pattern.insights),
            "behaviour": pattern.behaviour,
            "profile": pattern.profile,
            "measured_at": pattern.insights.as_of,
            "quiet_from": pattern.insights.quiet_from,
        }
        for pattern in made
    ]
    if rows:
        await connection.execute(kept, rows)


async def nearest_contacts(
    connection: AsyncConnection,
    workspace_id: int,
    contact_key: int,
    vector: Vector,
    *,
    until: datetime,
    limit: int,
    exact_up_to: int = EXACT_UP_TO,
) -> Neighbours:
    """The contacts nearest to a profile vector by cosine, and how the workspace's deals closed by `until` ended.

    Exact up to so many snapshots: every vector of the workspace that is of the same model and length is compared.
    Above, the HNSW index names the candidates (tests.bench.bench_similar says how many it finds), which are then ranked
    exactly; when too few of them may be shown, every vector is compared after all. The contact itself and those not to
    be profiled are left out. The others' behaviour is that of their newest snapshot, whatever `until` is.
    """
    rows: list[Row[Any]] = []
    if np.any(vector):
        large = len(vector) == PROFILE_DIMENSIONS and await _about_how_many(connection, workspace_id) > exact_up_to
        candidates = await _candidates(connection, workspace_id, vector) if large else None
        rows = await _nearest(connection, workspace_id, contact_key, vector, limit=limit, among=candidates)
        if candidates is not None and len(rows) < limit:  # most of them of another model or not to be profiled
            rows = await _nearest(connection, workspace_id, contact_key, vector, limit=limit, among=None)
    parameters = {"workspace": workspace_id, "contacts": [row.id for row in rows], "until": until}
    outcomes = {row.contact_id: row for row in (await connection.execute(_OUTCOMES, parameters)).all()}
    base_won, base_lost = _won_and_lost(outcomes.get(None))
    return Neighbours(
        nearest=tuple(_neighbour(row, outcomes.get(row.id)) for row in rows),
        base_won=base_won,
        base_closed=base_won + base_lost,
    )


async def _about_how_many(connection: AsyncConnection, workspace_id: int) -> int:
    """The planner's estimate of the workspace's snapshots: counting 200,000 takes longer than the search."""
    plan = await connection.scalar(_ESTIMATE, {"workspace": workspace_id})
    return int(plan[0]["Plan"]["Plan Rows"]) if plan else 0


async def _candidates(connection: AsyncConnection, workspace_id: int, vector: Vector) -> list[int]:
    """Keys of contacts near the vector by the index, which goes on until enough of this workspace are found."""
    await connection.execute(_SEARCH)
    asked = {"workspace": workspace_id, "vector": vector, "limit": _CANDIDATES}
    return list(await connection.scalars(_NEAR, asked))


async def _nearest(
    connection: AsyncConnection,
    workspace_id: int,
    contact_key: int,
    vector: Vector,
    *,
    limit: int,
    among: list[int] | None,
) -> list[Row[Any]]:
    patterns = behavioral_patterns.c
    distance = patterns.profile.cosine_distance(vector).label("distance")
    found = (
        select_contacts()
        .add_columns(patterns.behaviour, (1 - distance).label("similarity"))
        .join(behavioral_patterns, patterns.contact_id == contacts.c.id)
        .where(
            contacts.c.workspace_id == workspace_id,
            ~contacts.c.do_not_profile,
            patterns.workspace_id == workspace_id,
            patterns.contact_id != contact_key,
            patterns.model == _model_of(workspace_id, contact_key),
            func.vector_dims(patterns.profile) == len(vector),
            func.vector_norm(patterns.profile) > 0,
        )
        .order_by(distance, contacts.c.id)
        .limit(limit)
    )
    if among is not None:
        found = found.where(patterns.contact_id == any_(literal(among, ARRAY(BigInteger))))
    return list((await connection.execute(found)).all())


def _model_of(workspace_id: int, contact_key: int) -> ColumnElement[str]:
    """The embedding model of the contact's snapshot; of the workspace's newest one while the contact has none."""
    patterns = behavioral_patterns.c
    models = select(patterns.model).where(patterns.workspace_id == workspace_id)
    own = models.where(patterns.contact_id == contact_key).scalar_subquery()
    return func.coalesce(own, models.order_by(patterns.measured_at.desc()).limit(1).scalar_subquery())


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
