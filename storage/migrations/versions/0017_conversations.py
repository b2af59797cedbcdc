"""Threads in which somebody asks: of whom they speak, which question is the newest, and whether it was stopped."""

from alembic import op

from storage.migrations.prerequisites import APP_ROLE

revision = "0017"
down_revision = "0016"

# An ordinary owner that may not make roles runs the app as itself.
_SCHEMA = """
CREATE TABLE conversations (
    workspace_id bigint NOT NULL REFERENCES workspaces (workspace_id) ON DELETE CASCADE,
    channel_id text NOT NULL,
    thread_ts text NOT NULL,
    contact_id bigint,
    asked_ts text NOT NULL,
    question text DEFAULT '' NOT NULL,
    stopped_ts text,
    answer_ts text,
    touched_at timestamptz DEFAULT now() NOT NULL,
    PRIMARY KEY (workspace_id, channel_id, thread_ts),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_conversations_touched ON conversations (workspace_id, channel_id, touched_at);
CREATE INDEX ix_conversations_contact ON conversations (workspace_id, contact_id);
ALTER TABLE conversations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_workspace ON conversations
    USING (workspace_id = current_workspace()) WITH CHECK (workspace_id = current_workspace());
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON conversations TO {role};
    END IF;
END $$;
"""


def upgrade() -> None:
    """Adds the table."""
    op.execute(_SCHEMA.replace("{role}", APP_ROLE))
