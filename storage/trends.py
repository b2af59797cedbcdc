"""How a workspace's use of the bot goes, week by week, and its industries beside the benchmarks.

Each query of contacts joins `contacts`, which row-level security narrows to who may be seen.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import DateTime, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from persona.benchmarks import ALL
from persona.digest import MOST, Industry, Week

_WEEKS: Final = 8
_METRIC: Final = "email_engagement"

_ACTIVE: Final = text("""
    SELECT count(*) FROM members
    WHERE workspace_id = :workspace AND NOT guest AND asked_at >= :since AND asked_at < :until""")
# A moment is so many whole weeks back of :until; one that is :until less a week is of the week before.
_TREND: Final = text("""
    WITH written AS (
        SELECT CAST(ceil(extract(epoch FROM :until - p.written_at) / 604800) - 1 AS integer) AS back, count(*) AS n
        FROM customer_personas p JOIN contacts c ON c.workspace_id = p.workspace_id AND c.id = p.contact_id
        WHERE p.workspace_id = :workspace AND p.written_at >= :since AND p.written_at < :until GROUP BY 1
    ), rated AS (
        SELECT CAST(ceil(extract(epoch FROM :until - r.rated_at) / 604800) - 1 AS integer) AS back,
            avg(r.stars)::float AS stars, count(*) AS n
        FROM standing_ratings r
        WHERE r.workspace_id = :workspace AND r.rated_at >= :since AND r.rated_at < :until GROUP BY 1)
    SELECT CAST(:until - make_interval(weeks => back) AS date), coalesce(w.n, 0), r.stars, coalesce(r.n, 0), f.quality
    FROM generate_series(CAST(:weeks AS integer) - 1, 0, -1) back
    LEFT JOIN written w USING (back) LEFT JOIN rated r USING (back)
    LEFT JOIN weekly_figures f ON f.workspace_id = :workspace
        AND f.week = CAST(date_trunc('week', :until - make_interval(weeks => back)) AS date)
    ORDER BY back DESC""").bindparams(bindparam("until", type_=DateTime(timezone=True)))
_INDUSTRIES: Final = text("""
    SELECT o.segment, o.value, o.n, b.value, b.source, b.year
    FROM industry_benchmarks o JOIN LATERAL (
        SELECT value, source, year FROM industry_benchmarks
        WHERE workspace_id = 0 AND metric = :metric AND segment IN (o.segment, :all)
        ORDER BY segment = o.segment DESC, id LIMIT 1
    ) b ON true
    WHERE o.workspace_id = :workspace AND o.metric = :metric AND o.source_kind = 'workspace' AND o.segment <> :all
    ORDER BY o.n DESC, o.segment LIMIT :most""")


async def active_members(connection: AsyncConnection, workspace_id: int, *, since: datetime, until: datetime) -> int:
    """How many members, guests aside, asked last in that time."""
    bound = {"workspace": workspace_id, "since": since, "until": until}
    return int(await connection.scalar(_ACTIVE, bound) or 0)


async def last_weeks(connection: AsyncConnection, workspace_id: int, *, until: datetime) -> tuple[Week, ...]:
    """The eight weeks before `until`, oldest first."""
    since = until - timedelta(weeks=_WEEKS)
    bound = {"workspace": workspace_id, "since": since, "until": until, "weeks": _WEEKS}
    return tuple(Week(*row) for row in await connection.execute(_TREND, bound))


async def compared_industries(connection: AsyncConnection, workspace_id: int) -> tuple[Industry, ...]:
    """At most three industries of ours beside their benchmark, those with most contacts first."""
    bound = {"workspace": workspace_id, "metric": _METRIC, "all": ALL, "most": MOST}
    return tuple(Industry(*row) for row in await connection.execute(_INDUSTRIES, bound))
