"""Batches of calls of a model: what was sent where, and what of a budget it holds."""

from sqlalchemy import BigInteger, Column, Double, Index, Integer, PrimaryKeyConstraint, Table, Text, UniqueConstraint

from storage.tables.columns import belongs_to, metadata, tenant, time

model_batches = tenant(
    "model_batches",
    Column("name", Text, nullable=False),
    # What it is called at the server, where other installations may send batches too.
    Column("title", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="planned"),
    Column("tries", Integer, nullable=False, server_default="0"),
    # Everything in it is as known then.
    time("planned_at", required=True),
    Column("file_id", Text),
    Column("batch_id", Text),
    # Why it was given up, as a ModelError's outcome.
    Column("fault", Text),
    UniqueConstraint("workspace_id", "name"),
    Index("ix_model_batches_planned", "workspace_id", "planned_at"),
)

# One contact of a batch. It outlives the contact: what their answer cost was spent.
batch_items = Table(
    "batch_items",
    metadata,
    Column("workspace_id", BigInteger, nullable=False),
    Column("model_batch_id", BigInteger, nullable=False),
    Column("contact_id", BigInteger, nullable=False),
    # Digests of what was asked, and of what the contact's newest persona was then.
    Column("mark", Text, nullable=False),
    Column("basis", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="sent"),
    # What it holds of the day's budget: what it may take, and what it took if no attempt says so.
    Column("tokens", Integer, nullable=False),
    Column("cost_usd", Double, nullable=False),
    belongs_to("model_batches", column="model_batch_id"),
    PrimaryKeyConstraint("workspace_id", "model_batch_id", "contact_id"),
)
