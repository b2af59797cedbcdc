"""CRMs that send to us: whose they are with their secrets, what they sent, and what waits for the row it belongs to."""

from alembic import op

from storage.migrations.prerequisites import APP_ROLE

revision = "0024"
down_revision = "0023"

# An ordinary owner that may not make roles runs the app as itself. A request knows a source's name alone: the policy
# gives that one row.
_SCHEMA = """
CREATE TABLE crm_sources (
    workspace_id bigint NOT NULL REFERENCES workspaces (workspace_id) ON DELETE CASCADE,
    source text NOT NULL,
    secret_encrypted bytea NOT NULL,
    old_secret_encrypted bytea,
    old_until timestamptz,
    added_at timestamptz DEFAULT now() NOT NULL,
    PRIMARY KEY (workspace_id, source)
);
CREATE TABLE crm_inbox (
    workspace_id bigint NOT NULL REFERENCES workspaces (workspace_id) ON DELETE CASCADE,
    id bigint GENERATED ALWAYS AS IDENTITY,
    source text NOT NULL,
    delivery text NOT NULL,
    signature bytea NOT NULL,
    items jsonb,
    objections text[] DEFAULT '{}' NOT NULL,
    accepted integer NOT NULL,
    rejected jsonb DEFAULT '[]' NOT NULL,
    waiting integer DEFAULT 0 NOT NULL,
    received_at timestamptz DEFAULT now() NOT NULL,
    done_at timestamptz,
    PRIMARY KEY (workspace_id, id),
    CONSTRAINT uq_crm_inbox_workspace_id_source_delivery UNIQUE (workspace_id, source, delivery),
    CONSTRAINT uq_crm_inbox_workspace_id_source_signature UNIQUE (workspace_id, source, signature)
);
CREATE INDEX ix_crm_inbox_received ON crm_inbox (workspace_id, source, received_at);
CREATE TABLE crm_waiting (
    workspace_id bigint NOT NULL REFERENCES workspaces (workspace_id) ON DELETE CASCADE,
    source text NOT NULL,
    kind text NOT NULL,
    identity bytea NOT NULL,
    lacks_kind text NOT NULL,
    lacks_id text NOT NULL,
    item jsonb NOT NULL,
    since timestamptz DEFAULT now() NOT NULL,
    PRIMARY KEY (workspace_id, source, kind, identity)
);
CREATE INDEX ix_crm_waiting_lacks ON crm_waiting (workspace_id, source, lacks_kind, lacks_id);
ALTER TABLE crm_sources ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE crm_inbox ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE crm_waiting ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_workspace ON crm_sources
    USING (workspace_id = current_workspace()) WITH CHECK (workspace_id = current_workspace());
CREATE POLICY own_workspace ON crm_inbox
    USING (workspace_id = current_workspace()) WITH CHECK (workspace_id = current_workspace());
CREATE POLICY own_workspace ON crm_waiting
    USING (workspace_id = current_workspace()) WITH CHECK (workspace_id = current_workspace());
CREATE POLICY source_of_request ON crm_sources FOR SELECT USING (source = current_setting('app.crm_source', true));
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON crm_sources, crm_inbox, crm_waiting TO {role};
    END IF;
END $$;
"""


def upgrade() -> None:
    """Adds the tables."""
    op.execute(_SCHEMA.replace("{role}", APP_ROLE))
