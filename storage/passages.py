"""A contact's interactions by what they say: near a meaning, matching words, and what they are about on the whole.

Always exact: the contact is filtered first, and every vector and every text of theirs is compared.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import numpy as np
from pgvector.sqlalchemy import Vector as VectorType
from sqlalchemy import ColumnElement, Select, and_, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from persona.model import Direction, Facet, Kind
from persona.ports import Vector
from storage.contacts import among
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
        [contact_key],
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


_MATCHING: Final = text("""
    WITH own AS MATERIALIZED (
        SELECT external_id, occurred_at, to_tsvector('simple', search_form(left(own_words, 20000))) AS words
        FROM interactions
        WHERE workspace_id = :workspace AND contact_id = :contact AND occurred_at <= :until AND own_words <> ''
    )
    SELECT sought.facet, found.external_id, found.rank
    FROM unnest(CAST(:facets AS text[]), CAST(:queries AS text[])) AS sought (facet, query), LATERAL (
        SELECT external_id, ts_rank_cd(words, sought.query::tsquery) AS rank FROM own
        WHERE words @@ sought.query::tsquery ORDER BY rank DESC, occurred_at DESC, external_id LIMIT :per_facet
    ) AS found""")


async def matching_passages(
    connection: AsyncConnection,
    workspace_id: int,
    contact_key: int,
    terms: Mapping[Facet, Sequence[str]],
    *,
    until: datetime,
    per_facet: int,
) -> dict[Facet, list[tuple[str, float]]]:
    """Per facet up to `per_facet` (interaction_id, cover density rank) of texts that hold any of its terms, best first.

    A term is letters, digits and spaces: its words in that order, each the beginning of one.
    """
    parameters = {
        "workspace": workspace_id,
        "contact": contact_key,
        "until": until,
        "facets": [facet.value for facet in terms],
        "queries": [_any_of(tuple(phrases)) for phrases in terms.values()],
        "per_facet": per_facet,
    }
    found: dict[Facet, list[tuple[str, float]]] = {facet: [] for facet in terms}
    for row in await connection.execute(_MATCHING, parameters):
        found[Facet(row.facet)].append((row.external_id, row.rank))
    return found


@lru_cache(maxsize=64)
def _any_of(phrases: tuple[str, ...]) -> str:
    """A tsquery of several terms; raises ValueError for a term that holds more than letters, digits and spaces."""
    words = [phrase.split() for phrase in phrases]
    if not all(word.isalnum() for phrase in words for word in phrase):
        raise ValueError("a search term holds letters, digits and spaces")
    return " | ".join(" <-> ".join(f"{word}:*" for word in phrase) for phrase in words)


async def mean_embedding(
    connection: AsyncConnection, workspace_id: int, contact_key: int, *, model: str, until: datetime
) -> Vector | None:
    """Mean vector of the contact's own words, their emails, or None when there are none. Our notes don't count."""
    found = await mean_embeddings(connection, workspace_id, [contact_key], model=model, until=until)
    return found.get(contact_key)


async def mean_embeddings(
    connection: AsyncConnection, workspace_id: int, contact_keys: Sequence[int], *, model: str, until: datetime
) -> dict[int, Vector]:
    """The same of many contacts; those without words of their own are left out."""
    whose = interaction_embeddings.c.contact_id
    mean = func.avg(interaction_embeddings.c.embedding, type_=VectorType(DIMENSIONS))
    theirs = _embedded(workspace_id, contact_keys, model, until, columns=(whose, mean)).where(
        interactions.c.kind == Kind.EMAIL.value,
        interactions.c.direction == Direction.INBOUND.value,
        interactions.c.auto_reply.is_(False),
    )
    rows = (await connection.execute(theirs.group_by(whose))).all()
    return {key: np.asarray(found, dtype=np.float32) for key, found in rows}


def _embedded(
    workspace_id: int,
    contact_keys: Sequence[int],
    model: str,
    until: datetime,
    *,
    columns: tuple[ColumnElement[Any], ...],
) -> Select[Any]:
    """Columns of the contacts' embedded interactions up to `until`."""
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
            among(interaction_embeddings.c.contact_id, contact_keys),
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
