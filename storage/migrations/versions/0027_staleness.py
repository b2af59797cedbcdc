"""How many personas of a workspace are out of date, as the clock counted last."""

from alembic import op

from storage.migrations.prerequisites import APP_ROLE

revision = "0027"
down_revision = "0026"

# An ordinary owner that may not make roles runs the app as itself.
_SCHEMA = """
CREATE TABLE staleness (
    workspace_id bigint PRIMARY KEY REFERENCES workspaces (workspace_id) ON DELETE CASCADE,
    personas integer NOT NULL,
    out_of_date integer NOT NULL,
    counted_at timestamptz NOT NULL
);
ALTER TABLE staleness ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_workspace ON staleness
    USING (workspace_id = current_workspace()) WITH CHECK (workspace_id = current_workspace());
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON staleness TO {role};
    END IF;
END $$;
"""


def upgrade() -> None:
    """Adds the table."""
    op.execute(_SCHEMA.replace("{role}", APP_ROLE))
