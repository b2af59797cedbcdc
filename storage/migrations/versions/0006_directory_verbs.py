"""The directory of workspaces may list, add and claim them; it may not delete one, nor take one from its team."""

from alembic import op

revision = "0006"
down_revision = "0005"

_SCHEMA = """
DROP POLICY directory ON workspaces;
CREATE POLICY directory_lists ON workspaces FOR SELECT
    USING (workspace_id <> 0 AND current_setting('app.directory', true) = 'on');
CREATE POLICY directory_adds ON workspaces FOR INSERT
    WITH CHECK (workspace_id <> 0 AND current_setting('app.directory', true) = 'on');
CREATE POLICY directory_claims ON workspaces FOR UPDATE
    USING (workspace_id <> 0 AND slack_team_id IS NULL AND current_setting('app.directory', true) = 'on')
    WITH CHECK (workspace_id <> 0 AND current_setting('app.directory', true) = 'on');
"""


def upgrade() -> None:
    """Splits the one policy by verb."""
    op.execute(_SCHEMA)
