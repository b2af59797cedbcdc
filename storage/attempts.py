"""The record of every attempt at writing a persona: what it took, and what it kept out."""

from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from persona.model import Method
from persona.ports import Attempt
from persona.preferences import Spending
from storage.batches import held_since
from storage.tables import persona_generation_history


async def record_attempt(connection: AsyncConnection, workspace_id: int, attempt: Attempt) -> None:
    """Adds a row to persona_generation_history."""
    by = attempt.written_by
    row = insert(persona_generation_history).values(
        workspace_id=workspace_id,
        contact_id=attempt.contact_key,
        method=attempt.method.value,
        writer=by.writer,
        model=by.model,
        prompt_version=by.prompt_version,
        variant=by.variant,
        input_tokens=by.input_tokens,
        output_tokens=by.output_tokens,
        cost_usd=by.cost_usd,
        latency_ms=by.latency_ms,
        outcome=attempt.outcome,
        withheld=attempt.withheld,
        started_at=attempt.started_at,
    )
    await connection.execute(row)


async def spent_since(connection: AsyncConnection, workspace_id: int, since: datetime) -> Spending:
    """What the workspace's attempts that began at `since` or later took of models, and what batches hold for theirs."""
    history = persona_generation_history.c
    tokens = func.coalesce(func.sum(history.input_tokens + history.output_tokens), 0)
    taken = select(tokens, func.coalesce(func.sum(history.cost_usd), 0.0))
    row = await connection.execute(taken.where(history.workspace_id == workspace_id, history.started_at >= since))
    took, held = Spending(*row.one()), await held_since(connection, workspace_id, since)
    return Spending(took.tokens + held.tokens, took.usd + held.usd)


async def count_withheld(connection: AsyncConnection, workspace_id: int) -> int:
    """How many private sentences the newest persona of each contact was written without, together."""
    history = persona_generation_history.c
    newest = (
        select(history.withheld)
        .where(history.workspace_id == workspace_id, history.method == Method.RAG.value)
        .ext(distinct_on(history.contact_id))
        .order_by(history.contact_id, history.started_at.desc())
        .subquery()
    )
    return int(await connection.scalar(select(func.coalesce(func.sum(newest.c.withheld), 0))) or 0)
