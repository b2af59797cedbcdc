"""Who sees which contacts: members with role and team, and a policy by owner for every query of a session."""

from alembic import op

from storage.migrations.prerequisites import APP_ROLE

revision = "0014"
down_revision = "0013"

# An ordinary owner that may not make roles runs the app as itself.
# app.sees is empty where every contact may be seen; else '=' and the owners' addresses, one a line. The settings are
# read once a query, not once a row.
_SCHEMA = """
ALTER TABLE members
    ADD COLUMN team text,
    ADD COLUMN guest boolean DEFAULT false NOT NULL,
    ADD COLUMN role_given boolean DEFAULT false NOT NULL,
    ADD COLUMN asked_at timestamptz DEFAULT now() NOT NULL;
CREATE INDEX ix_members_team ON members (workspace_id, team);
CREATE POLICY seen_by_owner ON contacts AS RESTRICTIVE FOR SELECT USING (
    (SELECT coalesce(current_setting('app.sees', true), '') = '')
    OR lower(owner_email) = ANY ((SELECT string_to_array(current_setting('app.sees', true), E'\\n'))::text[])
);
CREATE TABLE allowed_channels (
    workspace_id bigint NOT NULL REFERENCES workspaces (workspace_id) ON DELETE CASCADE,
    channel_id text NOT NULL,
    allowed_by text NOT NULL,
    allowed_at timestamptz DEFAULT now() NOT NULL,
    PRIMARY KEY (workspace_id, channel_id)
);
ALTER TABLE allowed_channels ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_workspace ON allowed_channels
    USING (workspace_id = current_workspace()) WITH CHECK (workspace_id = current_workspace());
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON allowed_channels TO {role};
    END IF;
END $$;
"""


def upgrade() -> None:
    """Adds columns, policy and table."""
    op.execute(_SCHEMA.replace("{role}", APP_ROLE))
