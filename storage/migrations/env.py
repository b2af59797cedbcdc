"""Alembic's entry: runs the revisions on the connection that storage/schema.py hands over, never on one of its own."""

from alembic import context

from storage.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
