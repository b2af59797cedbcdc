"""Data quality and going quiet beside the snapshots, and the newest persona in an index: the Home reads no JSON."""

from alembic import op

revision = "0020"
down_revision = "0019"

_SCHEMA = """
ALTER TABLE behavioral_patterns
    ADD COLUMN quality double precision
        GENERATED ALWAYS AS (CAST(insights #>> '{quality,score}' AS double precision)) STORED,
    ADD COLUMN quiet boolean
        GENERATED ALWAYS AS (coalesce(insights #>> '{metrics,going_quiet_days,note}' LIKE '%; quiet', false)) STORED;
CREATE INDEX ix_behavioral_patterns_standing ON behavioral_patterns (workspace_id, contact_id)
    INCLUDE (quality, quiet);
CREATE INDEX ix_customer_personas_newest ON customer_personas (workspace_id, contact_id, version)
    INCLUDE (written_at, interaction_count);
"""


def upgrade() -> None:
    """Adds two columns and two indexes."""
    op.execute(_SCHEMA)
