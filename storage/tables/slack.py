"""What passed between Slack and us."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from storage.tables.columns import belongs_to, metadata, tenant, time

persona_posts = tenant(
    "persona_posts",
    Column("channel_id", Text, nullable=False),
    Column("message_ts", Text, nullable=False),
    Column("persona_id", BigInteger, nullable=False),
    Column("contact_id", BigInteger, nullable=False),
    Column("posted_by", Text, nullable=False),
    Column("thread_ts", Text),
    # What the sharer wrote above the card.
    Column("note", Text, nullable=False, server_default=""),
    time("posted_at", now=True),
    time("drawn_at", now=True),
    # It says only that the persona is no longer shown there.
    Column("withdrawn", Boolean, nullable=False, server_default="false"),
    UniqueConstraint("workspace_id", "channel_id", "message_ts"),
    belongs_to("customer_personas", column="persona_id"),
    belongs_to("contacts", column="contact_id"),
    Index("ix_persona_posts_contact", "workspace_id", "contact_id"),
    Index("ix_persona_posts_time", "workspace_id", "posted_at"),
)

conversations = Table(
    "conversations",
    metadata,
    Column("workspace_id", BigInteger, ForeignKey("workspaces.workspace_id", ondelete="CASCADE"), nullable=False),
    Column("channel_id", Text, nullable=False),
    Column("thread_ts", Text, nullable=False),
    # Whom it is about, once that is known.
    Column("contact_id", BigInteger),
    # The newest question: its message, its words while it waits for a choice, and the message that answers it.
    Column("asked_ts", Text, nullable=False),
    Column("question", Text, nullable=False, server_default=""),
    Column("stopped_ts", Text),
    Column("answer_ts", Text),
    time("touched_at", now=True),
    PrimaryKeyConstraint("workspace_id", "channel_id", "thread_ts"),
    belongs_to("contacts", column="contact_id"),
    Index("ix_conversations_touched", "workspace_id", "channel_id", "touched_at"),
    Index("ix_conversations_contact", "workspace_id", "contact_id"),
)

processed_events = Table(
    "processed_events",
    metadata,
    Column("workspace_id", BigInteger, ForeignKey("workspaces.workspace_id", ondelete="CASCADE"), nullable=False),
    Column("event_id", Text, nullable=False),
    time("processed_at", now=True),
    PrimaryKeyConstraint("workspace_id", "event_id"),
)

# What must not be sent twice: begun before Slack is called, done after. Begun and not done, it may have been sent.
deliveries = Table(
    "deliveries",
    metadata,
    Column("workspace_id", BigInteger, ForeignKey("workspaces.workspace_id", ondelete="CASCADE"), nullable=False),
    Column("key", Text, nullable=False),
    Column("message_ts", Text),
    time("begun_at", now=True),
    time("done_at"),
    PrimaryKeyConstraint("workspace_id", "key"),
    Index("ix_deliveries_begun", "workspace_id", "begun_at"),
)

# Messages about contacts of whom nothing is to be shown any more, until they are emptied.
withdrawals = Table(
    "withdrawals",
    metadata,
    Column("workspace_id", BigInteger, ForeignKey("workspaces.workspace_id", ondelete="CASCADE"), nullable=False),
    Column("channel_id", Text, nullable=False),
    Column("message_ts", Text, nullable=False),
    PrimaryKeyConstraint("workspace_id", "channel_id", "message_ts"),
)
