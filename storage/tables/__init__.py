"""The schema: every tenant table has workspace_id first in its key and every index. Migrations make what is here."""

from storage.tables.batches import batch_items, model_batches
from storage.tables.columns import metadata
from storage.tables.crm import companies, contacts, deal_stage_changes, deals, email_events, interactions
from storage.tables.feeds import crm_inbox, crm_sources, crm_sync_state, crm_waiting
from storage.tables.people import allowed_channels, audit_log, installations, members, workspaces
from storage.tables.personas import (
    DIMENSIONS,
    behavioral_patterns,
    corrections,
    customer_personas,
    industry_benchmarks,
    interaction_embeddings,
    persona_generation_history,
    ratings,
)
from storage.tables.recurring import clock_ticks, periods, staleness, weekly_figures
from storage.tables.slack import conversations, deliveries, persona_posts, processed_events, withdrawals

__all__ = [
    "DIMENSIONS",
    "allowed_channels",
    "audit_log",
    "batch_items",
    "behavioral_patterns",
    "clock_ticks",
    "companies",
    "contacts",
    "conversations",
    "corrections",
    "crm_inbox",
    "crm_sources",
    "crm_sync_state",
    "crm_waiting",
    "customer_personas",
    "deal_stage_changes",
    "deals",
    "deliveries",
    "email_events",
    "industry_benchmarks",
    "installations",
    "interaction_embeddings",
    "interactions",
    "members",
    "metadata",
    "model_batches",
    "periods",
    "persona_generation_history",
    "persona_posts",
    "processed_events",
    "ratings",
    "staleness",
    "weekly_figures",
    "withdrawals",
    "workspaces",
]
