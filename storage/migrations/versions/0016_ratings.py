"""Ratings keep each person's acts by source, so that taking one back leaves what they did before it."""

from alembic import op

from storage.migrations.prerequisites import APP_ROLE

revision = "0016"
down_revision = "0015"

# Nothing was ever rated before this version. The view works with the rights of who reads it: row-level security holds.
# An ordinary owner that may not make roles runs the app as itself.
_SCHEMA = """
DELETE FROM ratings;
ALTER TABLE ratings
    ADD COLUMN source text NOT NULL,
    ALTER COLUMN stars DROP NOT NULL,
    ADD CONSTRAINT ck_ratings_stars CHECK (stars BETWEEN 1 AND 5),
    DROP CONSTRAINT uq_ratings_workspace_id_persona_id_slack_user_id,
    ADD CONSTRAINT uq_ratings_workspace_id_persona_id_slack_user_id_source
        UNIQUE (workspace_id, persona_id, slack_user_id, source);
CREATE INDEX ix_ratings_source ON ratings (workspace_id, slack_user_id, source);
CREATE VIEW standing_ratings WITH (security_invoker = true) AS
    SELECT DISTINCT ON (workspace_id, persona_id, slack_user_id)
        workspace_id, persona_id, slack_user_id, stars, reason, rated_at
    FROM ratings WHERE stars IS NOT NULL
    ORDER BY workspace_id, persona_id, slack_user_id, rated_at DESC, id DESC;
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN GRANT SELECT ON standing_ratings TO {role}; END IF;
END $$;
"""


def upgrade() -> None:
    """Changes the table and adds the view."""
    op.execute(_SCHEMA.replace("{role}", APP_ROLE))
