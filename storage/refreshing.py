"""How the newest personas of a workspace stand, and what writing one has taken of late."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from persona.refreshing import Standing

_STANDINGS: Final = text("""
    SELECT c.id, c.external_id, p.writer, p.variant, p.language, p.fell_back, c.changed_at > p.seen_at, EXISTS (
        SELECT FROM corrections r WHERE r.workspace_id = :workspace AND r.contact_id = c.id
        AND greatest(r.corrected_at, r.withdrawn_at) > p.seen_at)
    FROM contacts c JOIN (
        SELECT DISTINCT ON (contact_id) contact_id, writer, variant, language, fell_back,
            coalesce(confirmed_at, written_at) AS seen_at
        FROM customer_personas WHERE workspace_id = :workspace
        ORDER BY contact_id, (method = 'rag') DESC, version DESC
    ) p ON p.contact_id = c.id
    WHERE c.workspace_id = :workspace AND NOT c.do_not_profile
    ORDER BY c.last_interaction_at DESC NULLS LAST, c.id""")
_TOKENS: Final = text("""
    SELECT coalesce(avg(input_tokens), 0), coalesce(avg(output_tokens), 0) FROM (
        SELECT input_tokens, output_tokens FROM persona_generation_history
        WHERE workspace_id = :workspace AND outcome = 'ok' AND input_tokens > 0
        ORDER BY started_at DESC LIMIT 200) lately""")


@dataclass(frozen=True, slots=True)
class UsualTokens:
    """What one persona by a model took at the mean of the last 200, in and out; 0 where there is none."""

    sent: float
    answered: float


async def newest_standings(connection: AsyncConnection, workspace_id: int) -> list[Standing]:
    """The newest persona of each contact (a RAG one before a basic one), whom something happened with last first."""
    return [Standing(*row) for row in await connection.execute(_STANDINGS, {"workspace": workspace_id})]


async def usual_tokens(connection: AsyncConnection, workspace_id: int) -> UsualTokens:
    """What a persona usually takes."""
    return UsualTokens(*map(float, (await connection.execute(_TOKENS, {"workspace": workspace_id})).one()))
