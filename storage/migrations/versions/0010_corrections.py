"""Corrections keep their evidence, name anybody and can be withdrawn; versions know what of them the contact did."""

from alembic import op

revision = "0010"
down_revision = "0009"

_SCHEMA = """
ALTER TABLE corrections RENAME COLUMN slack_user_id TO corrected_by;
ALTER TABLE corrections
    ADD COLUMN evidence jsonb DEFAULT '[]' NOT NULL,
    ADD COLUMN withdrawn_by text,
    ADD COLUMN withdrawn_at timestamptz;
ALTER TABLE customer_personas
    ADD COLUMN contact_action_count integer,
    ADD COLUMN stage_change_count integer;
"""


def upgrade() -> None:
    """Adds the columns."""
    op.execute(_SCHEMA)
