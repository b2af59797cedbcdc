"""Which stored persona answers a command at once, in one query."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from persona.ratings import UNRATED, Ratings
from storage.contacts import as_typed

_ANSWER: Final = text("""
    SELECT c.id, c.do_not_profile, p.id, p.version, c.interaction_count - p.interaction_count,
        c.changed_at > coalesce(p.confirmed_at, p.written_at), (
            SELECT max(greatest(corrected_at, withdrawn_at)) FROM corrections
            WHERE workspace_id = c.workspace_id AND contact_id = c.id),
        (SELECT md5(settings::text) FROM workspaces WHERE workspace_id = c.workspace_id), r.n, r.total
    FROM contacts c LEFT JOIN LATERAL (
        SELECT id, version, interaction_count, written_at, confirmed_at FROM customer_personas
        WHERE workspace_id = c.workspace_id AND contact_id = c.id ORDER BY (method = 'rag') DESC, version DESC LIMIT 1
    ) p ON true LEFT JOIN LATERAL (
        SELECT count(*) AS n, coalesce(sum(stars), 0) AS total FROM standing_ratings
        WHERE workspace_id = c.workspace_id AND persona_id = p.id
    ) r ON true
    WHERE c.workspace_id = :workspace AND (c.name_key = search_form(:query) OR c.email_key = lower(:query))
    LIMIT 2""")


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """Which persona is the newest of the one contact meant (the newest RAG one if any), and how much happened since.

    `persona_key` is None while none is stored.

    `changed` is whether an import changed anything of the contact since it was written: a field, a deal, an
    interaction. A stored persona never changes, so what is made of it may be kept while it is False, by `persona_key`,
    `corrected_at`, when people last corrected it or took that back, `settings`, a digest of the workspace's, and
    `ratings`, what people gave it.
    """

    contact_key: int
    persona_key: int | None
    version: int | None
    newer_interactions: int
    changed: bool
    corrected_at: datetime | None = None
    settings: str = ""
    ratings: Ratings = UNRATED


async def answer_stored(connection: AsyncConnection, workspace_id: int, query: str) -> StoredAnswer | None:
    """Which persona is stored for a contact asked for by their exact name or email, in one query.

    None when not exactly one contact fits, or the contact is not to be profiled.
    """
    parameters = {"workspace": workspace_id, "query": as_typed(query)}
    rows = (await connection.execute(_ANSWER, parameters)).all()
    if len(rows) != 1:
        return None
    contact_key, do_not_profile, persona_key, version, newer, changed, corrected_at, settings, *rated = rows[0]
    if do_not_profile:
        return None
    return StoredAnswer(
        contact_key,
        persona_key,
        version,
        newer_interactions=max(0, newer or 0),
        changed=bool(changed),
        corrected_at=corrected_at,
        settings=settings or "",
        ratings=Ratings(*rated),
    )
