"""What is usual: seeded benchmarks, and a workspace's own ones computed from its contacts' snapshots."""

from typing import Any, Final

from sqlalchemy import Row, delete, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from persona.benchmarks import ALL, MIN_CONTACTS, segment_of
from persona.model import Benchmark, Contact
from storage.database import Database
from storage.tables import contacts, industry_benchmarks

SHARED_WORKSPACE: Final = 0
WORKSPACE_KIND: Final = "workspace"
WORKSPACE_SOURCE: Final = "our own contacts"

_COMPUTE: Final = text("""
    INSERT INTO industry_benchmarks
        (workspace_id, segment, metric, value, low, high, source, source_kind, year, n, quantiles)
    SELECT :workspace, coalesce(segment, :all), metric, cuts[51], cuts[26], cuts[76], :source, :kind,
        extract(year FROM now()), n, cuts
    FROM (
        SELECT s.segment, m.key AS metric, count(*) AS n, percentile_cont(:fractions) WITHIN GROUP (
            ORDER BY (m.value ->> 'value')::float8) AS cuts
        FROM behavioral_patterns p
        JOIN contacts c ON c.workspace_id = p.workspace_id AND c.id = p.contact_id AND NOT c.do_not_profile
        LEFT JOIN unnest(CAST(:industries AS text[]), CAST(:sizes AS integer[]), CAST(:segments AS text[]))
            AS s (industry, size, segment)
            ON s.industry = coalesce(c.industry, '') AND s.size = coalesce(c.company_size, -1)
        CROSS JOIN LATERAL jsonb_each(p.insights -> 'metrics') m
        WHERE p.workspace_id = :workspace AND jsonb_typeof(m.value -> 'value') = 'number'
        GROUP BY GROUPING SETS ((m.key, s.segment), (m.key))
        HAVING count(*) >= :least AND (grouping(s.segment) = 1 OR s.segment <> :all)
    ) measured""")


async def load_benchmarks(connection: AsyncConnection, workspace_id: int, contact: Contact) -> list[Benchmark]:
    """The benchmarks that can apply to a contact: of their segment and of all contacts, the workspace's own first."""
    segment = segment_of(contact.industry, contact.company_size)
    known = (
        select(industry_benchmarks)
        .where(
            or_(
                industry_benchmarks.c.workspace_id == workspace_id,
                industry_benchmarks.c.workspace_id == SHARED_WORKSPACE,
            ),
            industry_benchmarks.c.segment.in_({segment, ALL}),
        )
        .order_by(industry_benchmarks.c.workspace_id.desc(), industry_benchmarks.c.id)
    )
    return [_benchmark(row) for row in (await connection.execute(known)).all()]


async def refresh_workspace_benchmarks(database: Database, workspace_id: int) -> None:
    """Replaces the workspace's own benchmarks by those of its contacts' snapshots as they are now.

    Per numeric metric, of all contacts and of each segment with at least MIN_CONTACTS contacts that have it: the median
    with the quartiles, and the 101 quantiles from 0 to 100 %.
    """
    async with database.workspace(workspace_id) as connection:
        segments = await _segments(connection, workspace_id)
        await connection.execute(
            delete(industry_benchmarks).where(
                industry_benchmarks.c.workspace_id == workspace_id, industry_benchmarks.c.source_kind == WORKSPACE_KIND
            )
        )
        parameters = {
            "workspace": workspace_id,
            "all": ALL,
            "source": WORKSPACE_SOURCE,
            "kind": WORKSPACE_KIND,
            "least": MIN_CONTACTS,
            "fractions": [percent / 100 for percent in range(101)],
            "industries": [industry or "" for industry, _ in segments],
            "sizes": [-1 if size is None else size for _, size in segments],
            "segments": [segment_of(industry, size) for industry, size in segments],
        }
        await connection.execute(_COMPUTE, parameters)


async def _segments(connection: AsyncConnection, workspace_id: int) -> list[tuple[str | None, int | None]]:
    """Every industry and company size that contacts of the workspace have together."""
    known = select(contacts.c.industry, contacts.c.company_size).where(contacts.c.workspace_id == workspace_id)
    return [(industry, size) for industry, size in (await connection.execute(known.distinct())).all()]


def _benchmark(row: Row[Any]) -> Benchmark:
    return Benchmark(
        metric=row.metric,
        segment=row.segment,
        value=row.value,
        low=row.low,
        high=row.high,
        source=row.source,
        source_kind=row.source_kind,
        year=row.year,
        n=row.n,
        quantiles=tuple(row.quantiles),
    )
