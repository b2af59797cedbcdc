"""An index for what a workspace has spent on models since midnight, asked before every call of one."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Adds the index."""
    op.create_index("ix_persona_generation_history_time", "persona_generation_history", ["workspace_id", "started_at"])
