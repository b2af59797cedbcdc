"""A job is taken in the same time however many wait for a later day: those have an index of their own."""

from alembic import op

revision = "0028"
down_revision = "0027"

# A month's refresh stores a chore a contact, spread over days: a worker that looks through all of them for one that is
# due takes 3 ms for every ten thousand. So the first of those due at once and the first of those whose time has come
# are found each by an index, and the better one is taken: the higher priority, then the older job. Among those whose
# time has come the earliest is looked at: all jobs of a queue of ours have one priority.
_TAKE = """
DROP INDEX ix_jobs_due;
CREATE INDEX ix_jobs_due ON procrastinate_jobs (queue_name, priority DESC, id)
    WHERE status = 'todo' AND scheduled_at IS NULL;
CREATE INDEX ix_jobs_later ON procrastinate_jobs (queue_name, scheduled_at)
    WHERE status = 'todo' AND scheduled_at IS NOT NULL;
CREATE OR REPLACE FUNCTION procrastinate_fetch_job_v2(target_queue_names character varying[], p_worker_id bigint)
    RETURNS procrastinate_jobs LANGUAGE plpgsql
    SET enable_sort = off SET enable_seqscan = off SET enable_bitmapscan = off
    SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    found_jobs procrastinate_jobs;
    target character varying;
    candidate record;
    best_id bigint;
    best_priority integer;
BEGIN
    IF target_queue_names IS NULL THEN
        SELECT array_agg(DISTINCT queue_name) INTO target_queue_names FROM procrastinate_jobs WHERE status = 'todo';
    END IF;
    FOREACH target IN ARRAY coalesce(target_queue_names, '{}') LOOP
        SELECT jobs.id, jobs.priority INTO candidate FROM procrastinate_jobs AS jobs
        WHERE jobs.status = 'todo' AND jobs.queue_name = target AND jobs.scheduled_at IS NULL AND {free}
        ORDER BY jobs.priority DESC, jobs.id LIMIT 1 FOR UPDATE OF jobs SKIP LOCKED;
        {better}
        SELECT jobs.id, jobs.priority INTO candidate FROM procrastinate_jobs AS jobs
        WHERE jobs.status = 'todo' AND jobs.queue_name = target AND jobs.scheduled_at <= now() AND {free}
        ORDER BY jobs.scheduled_at LIMIT 1 FOR UPDATE OF jobs SKIP LOCKED;
        {better}
    END LOOP;
    UPDATE procrastinate_jobs SET status = 'doing', worker_id = p_worker_id WHERE id = best_id
    RETURNING * INTO found_jobs;
    RETURN found_jobs;
END $$;
"""
_FREE = """
    (jobs.lock IS NULL OR NOT EXISTS (
        SELECT FROM procrastinate_jobs AS other WHERE other.lock = jobs.lock AND (
            other.status = 'doing' OR (other.status = 'todo' AND (
                other.priority > jobs.priority OR (other.priority = jobs.priority AND other.id < jobs.id))))))"""
_BETTER = """
        IF FOUND AND (best_id IS NULL OR (candidate.priority, -candidate.id) > (best_priority, -best_id)) THEN
            best_id := candidate.id;
            best_priority := candidate.priority;
        END IF;"""


def upgrade() -> None:
    """Replaces the index and the function."""
    op.execute(_TAKE.replace("{free}", _FREE).replace("{better}", _BETTER))
