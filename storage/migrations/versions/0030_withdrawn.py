"""Cards that may no longer be shown: the messages to empty, and which posts are emptied."""

from alembic import op

from storage.migrations.prerequisites import APP_ROLE

revision = "0030"
down_revision = "0029"

# An ordinary owner that may not make roles runs the app as itself.
_SCHEMA = """
CREATE TABLE withdrawals (
    workspace_id bigint NOT NULL REFERENCES workspaces (workspace_id) ON DELETE CASCADE,
    channel_id text NOT NULL,
    message_ts text NOT NULL,
    PRIMARY KEY (workspace_id, channel_id, message_ts)
);
ALTER TABLE withdrawals ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_workspace ON withdrawals
    USING (workspace_id = current_workspace()) WITH CHECK (workspace_id = current_workspace());
ALTER TABLE persona_posts ADD COLUMN withdrawn boolean DEFAULT false NOT NULL;
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON withdrawals TO {role};
    END IF;
END $$;
"""


def upgrade() -> None:
    """Adds the table and the column."""
    op.execute(_SCHEMA.replace("{role}", APP_ROLE))
