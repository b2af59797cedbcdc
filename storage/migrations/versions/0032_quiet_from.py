"""From when on a silent contact counts as quiet: nobody measures a contact again because nothing happened."""

from alembic import op

revision = "0032"
down_revision = "0031"

# What was measured before says the limit in whole days, in the words of its note.
_SCHEMA = """
DROP INDEX ix_behavioral_patterns_standing;
ALTER TABLE behavioral_patterns NO FORCE ROW LEVEL SECURITY, DROP COLUMN quiet, ADD COLUMN quiet_from timestamptz;
UPDATE behavioral_patterns SET quiet_from = CAST(insights ->> 'last_own_action' AS timestamptz)
    + make_interval(days => CAST(
        substring(insights #>> '{metrics,going_quiet_days,note}' FROM 'nine in ten under ([0-9]+)') AS integer));
ALTER TABLE behavioral_patterns FORCE ROW LEVEL SECURITY;
CREATE INDEX ix_behavioral_patterns_standing ON behavioral_patterns (workspace_id, contact_id)
    INCLUDE (quality, quiet_from);
"""


def upgrade() -> None:
    """Replaces a column and an index."""
    op.execute(_SCHEMA)
