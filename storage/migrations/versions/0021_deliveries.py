"""What is sent to Slack once: begun before the call, done after it, so that a crash between the two is known."""

from alembic import op

from storage.migrations.prerequisites import APP_ROLE

revision = "0021"
down_revision = "0020"

# An ordinary owner that may not make roles runs the app as itself.
_SCHEMA = """
CREATE TABLE deliveries (
    workspace_id bigint NOT NULL REFERENCES workspaces (workspace_id) ON DELETE CASCADE,
    key text NOT NULL,
    message_ts text,
    begun_at timestamptz DEFAULT now() NOT NULL,
    done_at timestamptz,
    PRIMARY KEY (workspace_id, key)
);
CREATE INDEX ix_deliveries_begun ON deliveries (workspace_id, begun_at);
ALTER TABLE deliveries ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_workspace ON deliveries
    USING (workspace_id = current_workspace()) WITH CHECK (workspace_id = current_workspace());
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON deliveries TO {role};
    END IF;
END $$;
"""


def upgrade() -> None:
    """Adds the table."""
    op.execute(_SCHEMA.replace("{role}", APP_ROLE))
