"""Industry and company size are the contact row's own: where rows of a company disagree, each shows what it says.

Until now a company had one value, the last row's, and every contact of it showed that one as confirmed.
"""

from alembic import op

revision = "0007"
down_revision = "0006"

# An owner who is no superuser is held by row-level security too while it is forced.
_SCHEMA = """
ALTER TABLE companies NO FORCE ROW LEVEL SECURITY;
ALTER TABLE contacts NO FORCE ROW LEVEL SECURITY, ADD industry text, ADD company_size integer;
-- The next import puts right what the company's value hid.
UPDATE contacts c SET industry = k.industry, company_size = k.size FROM companies k
WHERE k.workspace_id = c.workspace_id AND k.id = c.company_id AND (k.industry IS NOT NULL OR k.size IS NOT NULL);
ALTER TABLE contacts FORCE ROW LEVEL SECURITY;
ALTER TABLE companies FORCE ROW LEVEL SECURITY, DROP industry, DROP size;
"""


def upgrade() -> None:
    """Moves both columns from the companies to the contacts."""
    op.execute(_SCHEMA)
