"""Ratings: what each person's newest act says of a persona version, their mean, and accuracy by prompt variant.

A person acts by the select of a card and by each reaction apart. The newest act that was not taken back is their
rating.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import column, func, select, table, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from persona.metrics.intervals import mean_of_stars
from persona.ratings import Accuracy, Ratings
from storage.tables import contacts, customer_personas, ratings

SELECT: Final = "select"
"""The source of what was chosen on a card."""

# Migration 0016: one row a person and persona version, the newest act that was not taken back.
_standing = table("standing_ratings", column("workspace_id"), column("persona_id"), column("stars"))

_BY_VARIANT: Final = text("""
    SELECT p.variant, count(*) AS n, sum(r.stars) AS total
    FROM standing_ratings r JOIN customer_personas p ON p.workspace_id = r.workspace_id AND p.id = r.persona_id
    WHERE r.workspace_id = :workspace AND (CAST(:since AS timestamptz) IS NULL OR r.rated_at >= :since)
    GROUP BY p.variant ORDER BY p.variant""")


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did: `source` is SELECT or a `reaction_source`. No stars: they took it back."""

    persona_key: int
    user_id: str
    source: str
    stars: int | None
    at: datetime


def reaction_source(channel_id: str, message_ts: str, name: str) -> str:
    """The source that is one person's reaction of that name on a message."""
    return f"reaction:{channel_id}:{message_ts}:{name}"


async def persona_seen(connection: AsyncConnection, workspace_id: int, contact_key: int, version: int) -> int | None:
    """The key of a persona version, when there is one and the connection's viewer sees the contact."""
    personas = customer_personas.c
    of_contact = (contacts.c.workspace_id == personas.workspace_id) & (contacts.c.id == personas.contact_id)
    found: int | None = await connection.scalar(
        select(personas.id)
        .join(contacts, of_contact)
        .where(personas.workspace_id == workspace_id, personas.contact_id == contact_key, personas.version == version)
    )
    return found


async def record_act(connection: AsyncConnection, workspace_id: int, act: Act) -> bool:
    """Keeps an act unless the same source's newer one is kept; whether it was. It leaves no older reason standing."""
    rows = ratings.c
    values = {"stars": act.stars, "rated_at": act.at, "reason": None}
    if act.stars is None:  # the message may have shown another version when the reaction was put there
        elsewhere = (rows.slack_user_id == act.user_id) & (rows.source == act.source) & (rows.rated_at < act.at)
        others = elsewhere & (rows.workspace_id == workspace_id) & (rows.persona_id != act.persona_key)
        await connection.execute(update(ratings).where(others).values(**values))
    row = insert(ratings).values(
        workspace_id=workspace_id, persona_id=act.persona_key, slack_user_id=act.user_id, source=act.source, **values
    )
    key = [rows.workspace_id, rows.persona_id, rows.slack_user_id, rows.source]
    newest = row.on_conflict_do_update(index_elements=key, set_=values, where=rows.rated_at < act.at)
    return await connection.scalar(newest.returning(rows.id)) is not None


async def add_reason(
    connection: AsyncConnection, workspace_id: int, persona_key: int, *, user_id: str, reason: str
) -> None:
    """Keeps why somebody chose the stars they chose on a card; an empty reason takes it back."""
    rows = ratings.c
    chosen = (rows.workspace_id == workspace_id) & (rows.persona_id == persona_key) & (rows.source == SELECT)
    await connection.execute(update(ratings).where(chosen, rows.slack_user_id == user_id).values(reason=reason or None))


async def ratings_of(connection: AsyncConnection, workspace_id: int, persona_key: int) -> Ratings:
    """What people say of one persona version."""
    given = select(func.count(), func.coalesce(func.sum(_standing.c.stars), 0)).where(
        _standing.c.workspace_id == workspace_id, _standing.c.persona_id == persona_key
    )
    return Ratings(*(await connection.execute(given)).one())


async def accuracy(connection: AsyncConnection, workspace_id: int, *, since: datetime | None = None) -> list[Accuracy]:
    """Accuracy of all personas (variant None) first, also when nobody rated, then of each rated prompt variant by name.

    With `since` of the ratings given then or later.
    """
    found = await connection.execute(_BY_VARIANT, {"workspace": workspace_id, "since": since})
    by_variant = [(str(variant), Ratings(n, total)) for variant, n, total in found]
    everything = Ratings(sum(r.n for _, r in by_variant), sum(r.total for _, r in by_variant))
    return [_accuracy(variant, of_it) for variant, of_it in [(None, everything), *by_variant]]


def _accuracy(variant: str | None, given: Ratings) -> Accuracy:
    estimate = mean_of_stars(given.n, given.total)
    return Accuracy(variant, given, estimate.low, estimate.high)
