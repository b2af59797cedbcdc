"""How many private sentences each attempt kept from its writer: the count for admins, never the text."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Adds the column."""
    op.add_column("persona_generation_history", sa.Column("withheld", sa.Integer, nullable=False, server_default="0"))
