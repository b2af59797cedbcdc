"""What the clock handed out last of each chore, and when a clock last looked."""

from alembic import op

from storage.migrations.prerequisites import APP_ROLE

revision = "0022"
down_revision = "0021"

# An ordinary owner that may not make roles runs the app as itself. Nothing of a customer is in clock_ticks.
_SCHEMA = """
CREATE TABLE periods (
    workspace_id bigint NOT NULL REFERENCES workspaces (workspace_id) ON DELETE CASCADE,
    chore text NOT NULL,
    period text NOT NULL,
    due_at timestamptz NOT NULL,
    handed_out_at timestamptz DEFAULT now() NOT NULL,
    done_at timestamptz,
    PRIMARY KEY (workspace_id, chore)
);
ALTER TABLE periods ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_workspace ON periods
    USING (workspace_id = current_workspace()) WITH CHECK (workspace_id = current_workspace());
CREATE POLICY directory_lists ON periods FOR SELECT USING (current_setting('app.directory', true) = 'on');
CREATE TABLE clock_ticks (
    id boolean PRIMARY KEY DEFAULT true CHECK (id),
    ticked_at timestamptz NOT NULL
);
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON periods TO {role};
        GRANT SELECT, INSERT, UPDATE ON clock_ticks TO {role};
    END IF;
END $$;
"""


def upgrade() -> None:
    """Adds the tables."""
    op.execute(_SCHEMA.replace("{role}", APP_ROLE))
