"""How a CRM's changes come in: synchronised, or sent to us."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from storage.tables.columns import metadata, tenant, time

crm_sync_state = Table(
    "crm_sync_state",
    metadata,
    Column("workspace_id", BigInteger, ForeignKey("workspaces.workspace_id", ondelete="CASCADE"), nullable=False),
    Column("source", Text, nullable=False),
    Column("cursor", JSONB, nullable=False, server_default="{}"),
    time("synced_at", now=True),
    PrimaryKeyConstraint("workspace_id", "source"),
)

# A CRM that sends to us. Its name is in the address it sends to: of two workspaces one alone may have it.
crm_sources = Table(
    "crm_sources",
    metadata,
    Column("workspace_id", BigInteger, ForeignKey("workspaces.workspace_id", ondelete="CASCADE"), nullable=False),
    Column("source", Text, nullable=False),
    Column("secret_encrypted", LargeBinary, nullable=False),
    # After a rotation the secret before it serves until then.
    Column("old_secret_encrypted", LargeBinary),
    time("old_until"),
    time("added_at", now=True),
    PrimaryKeyConstraint("workspace_id", "source"),
)

# What a CRM sent. The items are kept until they are merged; that they came is kept longer.
crm_inbox = tenant(
    "crm_inbox",
    Column("source", Text, nullable=False),
    Column("delivery", Text, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("items", JSONB),
    # External ids of contacts that are not to be profiled any more: heeded before the items are merged.
    Column("objections", ARRAY(Text), nullable=False, server_default="{}"),
    Column("accepted", Integer, nullable=False),
    Column("rejected", JSONB, nullable=False, server_default="[]"),
    Column("waiting", Integer, nullable=False, server_default="0"),
    time("received_at", now=True),
    time("done_at"),
    UniqueConstraint("workspace_id", "source", "delivery"),
    UniqueConstraint("workspace_id", "source", "signature"),
    Index("ix_crm_inbox_received", "workspace_id", "source", "received_at"),
)

# Items that came before the row they belong to.
crm_waiting = Table(
    "crm_waiting",
    metadata,
    Column("workspace_id", BigInteger, ForeignKey("workspaces.workspace_id", ondelete="CASCADE"), nullable=False),
    Column("source", Text, nullable=False),
    Column("kind", Text, nullable=False),
    # Hash of what the item is known by.
    Column("identity", LargeBinary, nullable=False),
    Column("lacks_kind", Text, nullable=False),
    Column("lacks_id", Text, nullable=False),
    Column("item", JSONB, nullable=False),
    time("since", now=True),
    PrimaryKeyConstraint("workspace_id", "source", "kind", "identity"),
    Index("ix_crm_waiting_lacks", "workspace_id", "source", "lacks_kind", "lacks_id"),
)
