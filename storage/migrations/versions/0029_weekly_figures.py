"""A few figures of each week, for the digest and the Home to show how they go."""

from alembic import op

from storage.migrations.prerequisites import APP_ROLE

revision = "0029"
down_revision = "0028"

# An ordinary owner that may not make roles runs the app as itself.
_SCHEMA = """
CREATE TABLE weekly_figures (
    workspace_id bigint NOT NULL REFERENCES workspaces (workspace_id) ON DELETE CASCADE,
    week date NOT NULL,
    contacts integer NOT NULL,
    with_persona integer NOT NULL,
    measured integer NOT NULL,
    quality double precision,
    PRIMARY KEY (workspace_id, week)
);
ALTER TABLE weekly_figures ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_workspace ON weekly_figures
    USING (workspace_id = current_workspace()) WITH CHECK (workspace_id = current_workspace());
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON weekly_figures TO {role};
    END IF;
END $$;
"""


def upgrade() -> None:
    """Adds the table."""
    op.execute(_SCHEMA.replace("{role}", APP_ROLE))
