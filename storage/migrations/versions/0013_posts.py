"""Posted cards know their contact, their sharer's note and when they were last drawn; reactions find them by ts."""

from alembic import op

revision = "0013"
down_revision = "0012"

# Nothing was ever posted before this version.
_SCHEMA = """
DELETE FROM persona_posts;
ALTER TABLE persona_posts
    ADD COLUMN contact_id bigint NOT NULL,
    ADD COLUMN thread_ts text,
    ADD COLUMN note text DEFAULT '' NOT NULL,
    ADD COLUMN drawn_at timestamptz DEFAULT now() NOT NULL,
    ADD FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id) ON DELETE CASCADE;
CREATE INDEX ix_persona_posts_contact ON persona_posts (workspace_id, contact_id);
"""


def upgrade() -> None:
    """Adds the columns."""
    op.execute(_SCHEMA)
