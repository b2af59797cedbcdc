"""Batches of calls of a model: what was sent where, and what of a budget it holds."""

from alembic import op

from storage.migrations.prerequisites import APP_ROLE

revision = "0031"
down_revision = "0030"

# An ordinary owner that may not make roles runs the app as itself.
_SCHEMA = """
CREATE TABLE model_batches (
    workspace_id bigint NOT NULL REFERENCES workspaces (workspace_id) ON DELETE CASCADE,
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    name text NOT NULL,
    title text NOT NULL,
    model text NOT NULL,
    state text DEFAULT 'planned' NOT NULL,
    tries integer DEFAULT 0 NOT NULL,
    planned_at timestamptz NOT NULL,
    file_id text,
    batch_id text,
    fault text,
    PRIMARY KEY (workspace_id, id),
    CONSTRAINT uq_model_batches_workspace_id_name UNIQUE (workspace_id, name)
);
CREATE INDEX ix_model_batches_planned ON model_batches (workspace_id, planned_at);
CREATE TABLE batch_items (
    workspace_id bigint NOT NULL,
    model_batch_id bigint NOT NULL,
    contact_id bigint NOT NULL,
    mark text NOT NULL,
    basis text NOT NULL,
    state text DEFAULT 'sent' NOT NULL,
    tokens integer NOT NULL,
    cost_usd double precision NOT NULL,
    PRIMARY KEY (workspace_id, model_batch_id, contact_id),
    FOREIGN KEY (workspace_id, model_batch_id) REFERENCES model_batches (workspace_id, id) ON DELETE CASCADE
);
ALTER TABLE model_batches ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_workspace ON model_batches
    USING (workspace_id = current_workspace()) WITH CHECK (workspace_id = current_workspace());
ALTER TABLE batch_items ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_workspace ON batch_items
    USING (workspace_id = current_workspace()) WITH CHECK (workspace_id = current_workspace());
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON model_batches, batch_items TO {role};
    END IF;
END $$;
"""


def upgrade() -> None:
    """Adds the tables."""
    op.execute(_SCHEMA.replace("{role}", APP_ROLE))
