"""When a contact last changed, so that a stopped import knows afterwards whom it has yet to measure."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Adds the time of a contact's last change."""
    op.execute("ALTER TABLE contacts ADD changed_at timestamptz NOT NULL DEFAULT now()")
