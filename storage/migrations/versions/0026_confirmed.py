"""A persona remembers when it was found to need no newer one; how it was written can be read without its JSON."""

from alembic import op

revision = "0026"
down_revision = "0025"

_SCHEMA = """
ALTER TABLE customer_personas
    ADD COLUMN confirmed_at timestamptz,
    ADD COLUMN failed_at timestamptz,
    ADD COLUMN language text GENERATED ALWAYS AS (coalesce(profile #>> '{persona,language}'::text[], 'en')) STORED,
    ADD COLUMN fell_back boolean GENERATED ALWAYS AS
        (coalesce(profile #>> '{persona,written_by,fallback}'::text[], '') <> '') STORED;
"""


def upgrade() -> None:
    """Adds the columns."""
    op.execute(_SCHEMA)
