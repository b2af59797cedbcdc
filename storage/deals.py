"""A contact's deals as they were known at a moment, and how long the workspace's deals stay in a stage."""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Row, Select, and_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from persona.model import Deal, Outcome, StageChange
from storage.contacts import among
from storage.tables import deal_stage_changes, deals

# A stay ends with the next stage or with the deal; stays that hadn't ended at that moment are left out. Only the newest
# deals are read: older ones say little of the pace of today, and a large workspace stays quick.
_STAGE_MEDIANS: Final = text("""
    WITH newest AS (
        SELECT id, closed_at FROM deals WHERE workspace_id = :workspace AND created_at <= :until
        ORDER BY created_at DESC LIMIT 1000
    ), stays AS (
        SELECT s.stage, s.entered_at,
            coalesce(lead(s.entered_at) OVER (PARTITION BY s.deal_id ORDER BY s.entered_at, s.position), d.closed_at)
                AS left_at
        FROM newest d JOIN deal_stage_changes s ON s.workspace_id = :workspace AND s.deal_id = d.id
    )
    SELECT stage,
        (percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM left_at - entered_at)) / 86400)::float8 AS days
    FROM stays WHERE stage = ANY(:stages) AND left_at BETWEEN entered_at AND :until
    GROUP BY stage""")


async def load_deals(
    connection: AsyncConnection, workspace_id: int, contact_keys: Sequence[int], *, until: datetime
) -> dict[int, tuple[Deal, ...]]:
    """The deals of contacts that have some in order of creation, as known at `until`.

    Deals created later and stages entered later are left out; a deal that was closed later is open.
    """
    known: Select[Any] = (
        select(
            deals.c.contact_id,
            deals.c.id,
            deals.c.external_id,
            deals.c.name,
            deals.c.outcome,
            deals.c.created_at,
            deals.c.stage.label("stage_now"),
            deals.c.amount,
            deals.c.currency,
            deals.c.closed_at,
            deal_stage_changes.c.stage,
            deal_stage_changes.c.position,
            deal_stage_changes.c.entered_at,
        )
        .outerjoin_from(
            deals,
            deal_stage_changes,
            and_(deal_stage_changes.c.workspace_id == deals.c.workspace_id, deal_stage_changes.c.deal_id == deals.c.id),
        )
        .where(
            deals.c.workspace_id == workspace_id, among(deals.c.contact_id, contact_keys), deals.c.created_at <= until
        )
        .order_by(
            deals.c.contact_id,
            deals.c.created_at,
            deals.c.id,
            deal_stage_changes.c.entered_at,
            deal_stage_changes.c.position,
        )
    )
    rows = (await connection.execute(known)).all()
    return {
        key: tuple(_deal(list(group), until) for _, group in groupby(theirs, key=lambda row: row.id))
        for key, theirs in groupby(rows, key=lambda row: row.contact_id)
    }


async def load_stage_medians(
    connection: AsyncConnection, workspace_id: int, *, stages: Collection[str], until: datetime
) -> dict[str, float]:
    """Median days the newest 1,000 deals stayed in each of these stages, from stays that ended by `until`."""
    if not stages:
        return {}
    parameters = {"workspace": workspace_id, "stages": list(stages), "until": until}
    rows = (await connection.execute(_STAGE_MEDIANS, parameters)).all()
    return {row.stage: row.days for row in rows}


def _deal(rows: Sequence[Row[Any]], until: datetime) -> Deal:
    """A deal of its rows, one a stage change."""
    deal = rows[0]
    changes = [StageChange(row.stage, row.position, row.entered_at) for row in rows if row.stage is not None]
    stages = tuple(change for change in changes if change.entered_at <= until)
    closed_later = deal.closed_at is not None and deal.closed_at > until
    stage = deal.stage_now
    if closed_later or len(stages) < len(changes):
        stage = stages[-1].stage if stages else None
    return Deal(
        deal_id=deal.external_id,
        name=deal.name,
        outcome=Outcome.OPEN if closed_later else Outcome(deal.outcome),
        created_at=deal.created_at,
        stage=stage,
        amount=deal.amount,
        currency=deal.currency,
        closed_at=None if closed_later else deal.closed_at,
        stages=stages,
    )
