"""Who uses Persona: workspaces, installations, members, channels."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from storage.tables.columns import metadata, tenant, time

workspaces = Table(
    "workspaces",
    metadata,
    Column("workspace_id", BigInteger, Identity(always=True), primary_key=True),
    Column("slack_enterprise_id", Text),
    Column("slack_team_id", Text, unique=True),
    Column("name", Text, nullable=False),
    Column("time_zone", Text, nullable=False, server_default="UTC"),
    Column("settings", JSONB, nullable=False, server_default="{}"),
    time("created_at", now=True),
    time("ended_at"),
)

installations = tenant(
    "installations",
    Column("slack_app_id", Text, nullable=False),
    Column("bot_user_id", Text),
    Column("bot_id", Text),
    Column("scopes", ARRAY(Text), nullable=False, server_default="{}"),
    Column("bot_token_encrypted", LargeBinary, nullable=False),
    Column("refresh_token_encrypted", LargeBinary),
    time("token_expires_at"),
    time("installed_at", now=True),
    Column("installed_by", Text),
    UniqueConstraint("workspace_id", "slack_app_id"),
)

members = tenant(
    "members",
    Column("slack_user_id", Text, nullable=False),
    Column("email", Text),
    # The address the CRM knows them by as an owner, where it isn't their own.
    Column("owner_email", Text),
    Column("role", Text, nullable=False, server_default="rep"),
    # Whether an admin gave the role; else Slack's own admins are ours.
    Column("role_given", Boolean, nullable=False, server_default="false"),
    Column("team", Text),
    Column("guest", Boolean, nullable=False, server_default="false"),
    time("asked_at", now=True),
    UniqueConstraint("workspace_id", "slack_user_id"),
    Index("ix_members_team", "workspace_id", "team"),
)

# Where personas may be posted although guests or people of other organisations read there.
allowed_channels = Table(
    "allowed_channels",
    metadata,
    Column("workspace_id", BigInteger, ForeignKey("workspaces.workspace_id", ondelete="CASCADE"), nullable=False),
    Column("channel_id", Text, nullable=False),
    Column("allowed_by", Text, nullable=False),
    time("allowed_at", now=True),
    PrimaryKeyConstraint("workspace_id", "channel_id"),
)

audit_log = tenant(
    "audit_log",
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("details", JSONB, nullable=False, server_default="{}"),
    time("occurred_at", now=True),
    Index("ix_audit_log_time", "workspace_id", "occurred_at"),
)
