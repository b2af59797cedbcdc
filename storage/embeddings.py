"""Embeds the texts that may be evidence, contacts' own words and our notes: each text once per model."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import psycopg
from pgvector.psycopg import register_vector_async
from psycopg.sql import SQL
from sqlalchemy.ext.asyncio import AsyncConnection

from persona.ports import Embedder, Vector
from storage.database import Database, driver_connection

BATCH: Final = 2000

Progress = Callable[[str, int, int], None]
"""Hears of what is being done, how many texts are done, and of how many."""

# Whose words may be quoted, as persona.model.Interaction.speaker says; nothing of a contact who isn't to be profiled.
_CITABLE: Final = SQL("""
    interactions i JOIN contacts c ON c.workspace_id = i.workspace_id AND c.id = i.contact_id
        AND NOT c.do_not_profile AND i.own_words <> ''
        AND (i.kind IN ('call', 'meeting', 'task', 'comment')
            OR i.kind = 'email' AND i.direction = 'inbound' AND NOT i.auto_reply)""")
_HASH: Final = SQL("substring(sha256(convert_to(i.own_words, 'UTF8')) FOR 16)")

_FORGET: Final = SQL("""
    DELETE FROM interaction_embeddings e WHERE e.workspace_id = %(workspace)s AND NOT EXISTS (
        SELECT FROM {citable} WHERE i.workspace_id = %(workspace)s AND i.id = e.interaction_id
            AND i.contact_id = e.contact_id)""").format(citable=_CITABLE)
_FORGET_OF: Final = _FORGET + SQL(" AND e.contact_id = ANY(%(contacts)s)")
_PENDING: Final = SQL("""
    SELECT i.id FROM {citable}
    LEFT JOIN interaction_embeddings e ON e.workspace_id = %(workspace)s AND e.contact_id = i.contact_id
        AND e.interaction_id = i.id AND e.model = %(model)s
    WHERE i.workspace_id = %(workspace)s AND e.text_hash IS DISTINCT FROM {hash}
    ORDER BY i.id""").format(citable=_CITABLE, hash=_HASH)
_TEXTS: Final = SQL("""
    SELECT i.id, {hash}, i.own_words FROM {citable}
    WHERE i.workspace_id = %(workspace)s AND i.id = ANY(%(ids)s) ORDER BY i.id""").format(citable=_CITABLE, hash=_HASH)
_PENDING_OF: Final = SQL("""
    SELECT i.id, {hash}, i.own_words FROM {citable}
    LEFT JOIN interaction_embeddings e ON e.workspace_id = %(workspace)s AND e.contact_id = i.contact_id
        AND e.interaction_id = i.id AND e.model = %(model)s
    WHERE i.workspace_id = %(workspace)s AND i.contact_id = ANY(%(contacts)s) AND e.text_hash IS DISTINCT FROM {hash}
    ORDER BY i.id""").format(citable=_CITABLE, hash=_HASH)
_STAGE: Final = """
    CREATE TEMP TABLE staged_embeddings (interaction_id bigint, text_hash bytea, embedding vector) ON COMMIT DROP"""
_SAVE: Final = SQL("""
    INSERT INTO interaction_embeddings AS e (workspace_id, contact_id, interaction_id, model, text_hash, embedding)
    SELECT %(workspace)s, i.contact_id, i.id, %(model)s, s.text_hash, s.embedding
    FROM staged_embeddings s JOIN ({citable}) ON i.workspace_id = %(workspace)s AND i.id = s.interaction_id
    ON CONFLICT (workspace_id, contact_id, interaction_id, model) DO UPDATE
    SET text_hash = excluded.text_hash, embedding = excluded.embedding""").format(citable=_CITABLE)

Text = tuple[int, bytes, str]
"""Interaction key, hash of the text, text."""


async def embed_pending(database: Database, workspace_id: int, embedder: Embedder, *, progress: Progress) -> int:
    """Embeds every text that may be evidence and has no vector of this model, or a vector of an older text.

    Returns how many. Vectors of texts that no longer may be evidence are deleted first. Each batch is saved before the
    next is begun: after an error the next call goes on from there; no session is open while a model works. Raises what
    the embedder and the database raise.
    """
    pending = await _find_pending(database, workspace_id, embedder.name)
    for start in range(0, len(pending), BATCH):
        texts = await _load_texts(database, workspace_id, pending[start : start + BATCH])
        if texts:
            vectors = await embedder.embed([text for _, _, text in texts])
            await _save(database, workspace_id, embedder.name, texts=texts, vectors=vectors)
        progress("embedding texts", min(start + BATCH, len(pending)), len(pending))
    return len(pending)


async def embed_contacts(
    connection: AsyncConnection, workspace_id: int, embedder: Embedder, contacts: Sequence[int]
) -> int:
    """The same for the texts of some contacts, all in the caller's transaction; how many.

    For an embedder of this machine: the transaction is open while it works.
    """
    raw = await driver_connection(connection)
    parameters = {"workspace": workspace_id, "model": embedder.name, "contacts": list(contacts)}
    await raw.execute(_FORGET_OF, parameters)
    pending: list[Text] = await (await raw.execute(_PENDING_OF, parameters)).fetchall()
    for start in range(0, len(pending), BATCH):
        texts = pending[start : start + BATCH]
        vectors = await embedder.embed([text for _, _, text in texts])
        await _save_within(raw, workspace_id, embedder.name, texts=texts, vectors=vectors)
    return len(pending)


async def _find_pending(database: Database, workspace_id: int, model: str) -> list[int]:
    parameters = {"workspace": workspace_id, "model": model}
    async with database.workspace(workspace_id) as connection:
        raw = await driver_connection(connection)
        # Both look at every text of the workspace, which may take longer than a request's statements may; right after
        # an import the tables have no statistics yet, and a plan made of nested loops would take minutes.
        await raw.execute("SET LOCAL statement_timeout = 0")
        await raw.execute("SET LOCAL enable_nestloop = off")
        await raw.execute(_FORGET, parameters)
        return [key for (key,) in await (await raw.execute(_PENDING, parameters)).fetchall()]


async def _load_texts(database: Database, workspace_id: int, ids: list[int]) -> list[Text]:
    async with database.workspace(workspace_id) as connection:
        raw = await driver_connection(connection)
        found = await raw.execute(_TEXTS, {"workspace": workspace_id, "ids": ids})
        return await found.fetchall()


async def _save(database: Database, workspace_id: int, model: str, *, texts: Sequence[Text], vectors: Vector) -> None:
    async with database.workspace(workspace_id) as connection:
        await _save_within(await driver_connection(connection), workspace_id, model, texts=texts, vectors=vectors)


async def _save_within(
    raw: psycopg.AsyncConnection[Any], workspace_id: int, model: str, *, texts: Sequence[Text], vectors: Vector
) -> None:
    await register_vector_async(raw)
    await _stage(raw, texts, vectors)
    await raw.execute(_SAVE, {"workspace": workspace_id, "model": model})
    await raw.execute("DROP TABLE staged_embeddings")


async def _stage(raw: psycopg.AsyncConnection[Any], texts: Sequence[Text], vectors: Vector) -> None:
    await raw.execute(_STAGE)
    async with raw.cursor().copy("COPY staged_embeddings FROM STDIN (FORMAT binary)") as copy:
        copy.set_types(["int8", "bytea", "vector"])
        for (key, text_hash, _), vector in zip(texts, vectors, strict=True):
            await copy.write_row((key, text_hash, vector))
