"""Finds the cards of the last minute, so that there are never too many."""

from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Adds the index."""
    op.execute("CREATE INDEX ix_persona_posts_time ON persona_posts (workspace_id, posted_at)")
