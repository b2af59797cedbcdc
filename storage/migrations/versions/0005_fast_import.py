"""Deletes the rows of a deleted parent set-wise instead of by foreign keys, whose check of every inserted row costs.

A foreign key runs a query for each row that is inserted: half of the server's time of an import, whose merge joins
every row to its parent anyway and locks the contacts before it commits.
"""

from alembic import op

revision = "0005"
down_revision = "0004"

_SCHEMA = """
ALTER TABLE interactions DROP CONSTRAINT interactions_workspace_id_contact_id_fkey;
ALTER TABLE email_events DROP CONSTRAINT email_events_workspace_id_interaction_id_fkey;

-- Whoever may delete a parent deletes its children too, as with ON DELETE CASCADE: the workspace is set to the rows'
-- own for as long as it takes, for a workspace is deleted by a transaction that is in none.
CREATE FUNCTION delete_children() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before text := current_setting('app.workspace_id', true);
    workspace bigint;
BEGIN
    FOR workspace IN SELECT DISTINCT workspace_id FROM gone LOOP
        PERFORM set_config('app.workspace_id', workspace::text, true);
        EXECUTE format(
            'DELETE FROM %I c USING gone g WHERE c.workspace_id = $1 AND g.workspace_id = $1 AND c.%I = g.id',
            TG_ARGV[0], TG_ARGV[1]) USING workspace;
    END LOOP;
    PERFORM set_config('app.workspace_id', coalesce(before, ''), true);
    RETURN NULL;
END $$;

CREATE TRIGGER delete_interactions AFTER DELETE ON contacts REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION delete_children('interactions', 'contact_id');
CREATE TRIGGER delete_email_events AFTER DELETE ON interactions REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION delete_children('email_events', 'interaction_id');
"""


def upgrade() -> None:
    """Puts triggers in the place of the two foreign keys."""
    op.execute(_SCHEMA)
