"""Who installed the app, and since when a workspace's install is over: its data go by the workspace's own policy."""

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Adds two columns."""
    op.execute("ALTER TABLE installations ADD COLUMN installed_by text")
    op.execute("ALTER TABLE workspaces ADD COLUMN ended_at timestamptz")
