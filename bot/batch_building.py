"""Builds what asks a model in batches."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.batch_answers import BatchAnswers
from bot.batch_asking import BatchAsking, EngineWith
from bot.batching import Batching, Singly
from bot.chores import Chores
from bot.redrawing import Redrawing
from bot.settings import Settings, reveal
from persona.ports import Clock
from persona.writers.openai_batches import OpenAIBatches
from persona.writers.openai_writer import OpenAIWriter, build_client
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Built:
    """The service, and what closes its client."""

    batching: Batching
    close: Callable[[], Awaitable[None]]


def build_batching(
    known: Settings,
    *,
    database: Database,
    chores: Chores,
    engine_with: EngineWith,
    redrawing: Callable[[], Redrawing],
    singly: Singly,
    clock: Clock,
) -> Built:
    """Batches at the server the settings name."""
    client = build_client(
        api_key=reveal(known.openai_api_key) or "none",
        base_url=known.openai_base_url,
        timeout_s=known.openai_timeout_s,
    )
    asking = OpenAIWriter(client, model=known.openai_model, timeout_s=known.openai_timeout_s)
    batching = Batching(
        database=database,
        chores=chores,
        server=OpenAIBatches(client, clock=clock),
        asking=BatchAsking(database=database, asking=asking, engine_with=engine_with, redrawing=redrawing),
        answers=BatchAnswers(database=database, engine_with=engine_with, redrawing=redrawing, clock=clock),
        singly=singly,
        clock=clock,
    )
    return Built(batching, client.close)
