"""An HNSW index over profile vectors, for similar contacts in workspaces too large to compare every one."""

from alembic import op

revision = "0011"
down_revision = "0010"

# Of the length profiles have today; of another length nothing is indexed, and such a workspace is searched exactly.
_SCHEMA = """
CREATE INDEX ix_behavioral_patterns_nearest ON behavioral_patterns
    USING hnsw ((profile::vector(268)) vector_cosine_ops) WHERE vector_dims(profile) = 268;
"""


def upgrade() -> None:
    """Builds the index."""
    op.execute(_SCHEMA)
