"""What the app's Home shows: the contacts that need attention, the newest personas, and how the bot is used.

Each query joins `contacts`, which row-level security narrows to those its connection's viewer may see.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ARRAY, Text, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from persona.freshness import Freshness

_ROWS: Final = 6

_ATTENTION: Final = text("""
    WITH found AS MATERIALIZED (
        SELECT c.id, c.name, lower(c.owner_email) = ANY(:mine) IS TRUE AS mine,
            (b.quiet_from < :now) IS TRUE AS quiet,
            (p.written_at < :old OR c.interaction_count - p.interaction_count > :newer) IS TRUE AS stale, b.quality
        FROM behavioral_patterns b
        JOIN contacts c ON c.workspace_id = b.workspace_id AND c.id = b.contact_id
        LEFT JOIN (
            SELECT DISTINCT ON (contact_id) contact_id, written_at, interaction_count FROM customer_personas
            WHERE workspace_id = :workspace ORDER BY contact_id, version DESC
        ) p ON p.contact_id = b.contact_id
        WHERE b.workspace_id = :workspace AND NOT c.do_not_profile AND (
            b.quiet_from < :now OR b.quality < :low
            OR p.written_at < :old OR c.interaction_count - p.interaction_count > :newer)
        ORDER BY mine DESC, quiet DESC, stale DESC, quality, id LIMIT :rows
    )
    SELECT found.*, CAST(b.insights ->> 'last_own_action' AS timestamptz) AS last_own_action
    FROM found JOIN behavioral_patterns b ON b.workspace_id = :workspace AND b.contact_id = found.id
    ORDER BY mine DESC, quiet DESC, stale DESC, found.quality, id""").bindparams(bindparam("mine", type_=ARRAY(Text)))
_RECENT: Final = text("""
    SELECT c.id, c.name, p.written_at FROM customer_personas p
    JOIN contacts c ON c.workspace_id = p.workspace_id AND c.id = p.contact_id
    WHERE p.workspace_id = :workspace AND NOT c.do_not_profile AND NOT EXISTS (
        SELECT FROM customer_personas n
        WHERE n.workspace_id = p.workspace_id AND n.contact_id = p.contact_id AND n.version > p.version)
    ORDER BY p.written_at DESC, p.id DESC LIMIT :rows""")
_USE: Final = text("""
    SELECT count(*) AS contacts, count(p.contact_id) AS with_persona, avg(b.quality) AS quality,
        count(b.quality) AS measured
    FROM contacts c
    LEFT JOIN (SELECT DISTINCT contact_id FROM customer_personas WHERE workspace_id = :workspace) p
        ON p.contact_id = c.id
    LEFT JOIN behavioral_patterns b ON b.workspace_id = :workspace AND b.contact_id = c.id
    WHERE c.workspace_id = :workspace AND NOT c.do_not_profile""")
_TRIES: Final = text("""
    SELECT count(*) FILTER (WHERE h.started_at >= :day) AS of_day, count(*) AS of_week,
        count(*) FILTER (WHERE h.outcome <> 'ok') AS failed
    FROM persona_generation_history h JOIN contacts c ON c.workspace_id = h.workspace_id AND c.id = h.contact_id
    WHERE h.workspace_id = :workspace AND h.started_at >= :week""")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A contact that needs attention, and why: silent beyond their habit, a persona out of date, little data."""

    contact_key: int
    name: str
    mine: bool
    quiet: bool
    stale: bool
    quality: float
    last_own_action: datetime | None


@dataclass(frozen=True, slots=True)
class Recent:
    """A contact whose persona was written lately."""

    contact_key: int
    name: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Use:
    """How many contacts may be profiled, how many have a persona, and the mean data quality of those measured."""

    contacts: int
    with_persona: int
    quality: float | None
    measured: int


@dataclass(frozen=True, slots=True)
class Tries:
    """Tries at writing a persona in the last day and week, and how many of the week's failed."""

    of_day: int
    of_week: int
    failed: int


async def needing_attention(
    connection: AsyncConnection, workspace_id: int, *, mine: Collection[str], now: datetime, low: float
) -> list[Waiting]:
    """At most six contacts, those that one of the addresses `mine` owns first. Low quality is a score below `low`."""
    limits = Freshness()
    bound: dict[str, Any] = {
        "workspace": workspace_id,
        "mine": sorted(mine),
        "now": now,
        "old": now - limits.max_age,
        "newer": limits.max_newer_interactions,
        "low": low,
        "rows": _ROWS,
    }
    return [Waiting(*row) for row in await connection.execute(_ATTENTION, bound)]


async def recent_personas(connection: AsyncConnection, workspace_id: int) -> list[Recent]:
    """At most six contacts whose newest persona was written last."""
    found = await connection.execute(_RECENT, {"workspace": workspace_id, "rows": _ROWS})
    return [Recent(*row) for row in found]


async def use_of(connection: AsyncConnection, workspace_id: int) -> Use:
    """Adoption and data quality."""
    return Use(*(await connection.execute(_USE, {"workspace": workspace_id})).one())


async def tries_of(connection: AsyncConnection, workspace_id: int, *, now: datetime) -> Tries:
    """How often personas were written lately."""
    since = {"day": now - timedelta(days=1), "week": now - timedelta(days=7)}
    return Tries(*(await connection.execute(_TRIES, {"workspace": workspace_id, **since})).one())
