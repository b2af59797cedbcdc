"""Vectors of a contact's interactions: which are near a meaning, and what the contact writes about on the whole.

Always exact: the contact is filtered first and every vector of theirs is compared.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import numpy as np
from pgvector.sqlalchemy import Vector as VectorType
from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from persona.model import Direction, Facet, Kind
from persona.ports import Vector
from storage.tables import DIMENSIONS, interaction_embeddings, interactions

# What pgvector's vector_send gives: the dimension and an unused field, two bytes each, then the values, big-endian.
_SENT: Final = np.dtype([("head", ">i4"), ("values", ">f4", (DIMENSIONS,))])


async def nearest_passages(
    connection: AsyncConnection,
    workspace_id: int,
    contact_key: int,
    prototypes: Mapping[Facet, Vector],
    *,
    model: str,
    until: datetime,
    per_facet: int,
) -> dict[Facet, list[tuple[str, float]]]:
    """Per facet up to `per_facet` (interaction_id, cosine) nearest to any row of the facet's prototypes, best first.

    `prototypes` holds at least one facet with a row each at least, in the model's dimensions.
    """
    found: Select[Any] = _embedded(
        workspace_id,
        contact_key,
        model,
        until,
        columns=(interactions.c.external_id, func.vector_send(interaction_embeddings.c.embedding)),
    ).order_by(interactions.c.occurred_at.desc(), interactions.c.id)
    rows = (await connection.execute(found)).all()
    if not rows:
        return {facet: [] for facet in prototypes}
    ids = [interaction_id for interaction_id, _ in rows]
    vectors = np.frombuffer(b"".join(sent for _, sent in rows), dtype=_SENT)["values"].astype(np.float32)
    # One product for all facets: BLAS starts its threads once.
    cosines = np.minimum(_unit(vectors) @ _unit(np.vstack(list(prototypes.values()))).T, 1)
    ends = np.cumsum([len(wanted) for wanted in prototypes.values()])[:-1]
    by_facet = zip(prototypes, np.split(cosines, ends, axis=1), strict=True)
    return {facet: _best(ids, own.max(axis=1), per_facet) for facet, own in by_facet}


async def mean_embedding(
    connection: AsyncConnection, workspace_id: int, contact_key: int, *, model: str, until: datetime
) -> Vector | None:
    """Mean vector of the contact's own words, their emails, or None when there are none. Our notes don't count."""
    mean = func.avg(interaction_embeddings.c.embedding, type_=VectorType(DIMENSIONS))
    theirs = _embedded(workspace_id, contact_key, model, until, columns=(mean,)).where(
        interactions.c.kind == Kind.EMAIL.value,
        interactions.c.direction == Direction.INBOUND.value,
        interactions.c.auto_reply.is_(False),
    )
    found = await connection.scalar(theirs)
    return None if found is None else np.asarray(found, dtype=np.float32)


def _embedded(
    workspace_id: int, contact_key: int, model: str, until: datetime, *, columns: tuple[ColumnElement[Any], ...]
) -> Select[Any]:
    """Columns of the contact's embedded interactions up to `until`."""
    same = and_(
        interactions.c.workspace_id == interaction_embeddings.c.workspace_id,
        interactions.c.id == interaction_embeddings.c.interaction_id,
    )
    return (
        select(*columns)
        .select_from(interaction_embeddings)
        .join(interactions, same)
        .where(
            interaction_embeddings.c.workspace_id == workspace_id,
            interaction_embeddings.c.contact_id == contact_key,
            interaction_embeddings.c.model == model,
            interactions.c.occurred_at <= until,
        )
    )


def _best(ids: list[str], cosines: Vector, limit: int) -> list[tuple[str, float]]:
    order = np.argsort(-cosines, kind="stable")[:limit]
    return [(ids[place], float(cosines[place])) for place in order]


def _unit(vectors: Vector) -> Vector:
    """Each row with length 1; a row of zeros stays one."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vector = vectors / np.maximum(lengths, np.finfo(np.float32).tiny)
    return unit
