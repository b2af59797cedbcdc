"""The queue under load: a job is found among ten thousand that wait, no retry is refused, a failure's class is kept."""

from alembic import op

from storage.migrations.prerequisites import APP_ROLE

revision = "0023"
down_revision = "0022"

# An ordinary owner that may not make roles runs the app as itself. Of an error its class is kept, never its text.
#
# Procrastinate refuses a second waiting job of one queueing lock. A job that fails goes back among the waiting: with
# one of its lock there already it could not, and stayed "doing" and held its lock for ever. So a job gives the
# queueing lock up as it begins.
_SCHEMA = """
CREATE TABLE job_errors (
    job_id bigint PRIMARY KEY REFERENCES procrastinate_jobs (id) ON DELETE CASCADE,
    error text NOT NULL,
    happened_at timestamptz DEFAULT now() NOT NULL
);
CREATE INDEX ix_jobs_due ON procrastinate_jobs (queue_name, priority DESC, id) WHERE status = 'todo';
CREATE INDEX ix_jobs_lock ON procrastinate_jobs (lock, priority DESC, id) WHERE status IN ('todo', 'doing');
CREATE INDEX ix_jobs_failed ON procrastinate_jobs (id) WHERE status = 'failed';
CREATE FUNCTION give_up_queueing_lock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.queueing_lock := NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER give_up_queueing_lock BEFORE UPDATE OF status ON procrastinate_jobs
    FOR EACH ROW WHEN (NEW.status = 'doing' AND NEW.queueing_lock IS NOT NULL)
    EXECUTE FUNCTION give_up_queueing_lock();
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON job_errors TO {role};
    END IF;
END $$;
"""


def upgrade() -> None:
    """Adds the table, the indexes and the trigger."""
    op.execute(_SCHEMA.replace("{role}", APP_ROLE))
