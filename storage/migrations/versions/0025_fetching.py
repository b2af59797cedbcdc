"""A job is taken in the same time however many wait: one index a question, and a plan that asks no statistics."""

from alembic import op

revision = "0025"
down_revision = "0024"

# The queue is empty when it is analysed, and an hour later ten thousand wait: the planner then sorted all of them for
# each job taken (40 ms instead of 1). What the library's indexes are for, ix_jobs_due and ix_jobs_lock of 0023 do.
# The function is the library's of version 3.10, with a way of its own for the worker of one queue, which ours are.
_TAKE = """
DROP INDEX procrastinate_jobs_priority_idx_v1, procrastinate_jobs_id_lock_idx_v1, procrastinate_jobs_queue_name_idx_v1;
CREATE OR REPLACE FUNCTION procrastinate_fetch_job_v2(target_queue_names character varying[], p_worker_id bigint)
    RETURNS procrastinate_jobs LANGUAGE plpgsql
    SET enable_sort = off SET enable_seqscan = off SET enable_bitmapscan = off
    SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    found_jobs procrastinate_jobs;
BEGIN
    IF cardinality(target_queue_names) = 1 THEN
        WITH candidate AS ({candidate} AND jobs.queue_name = target_queue_names[1] {first})
        UPDATE procrastinate_jobs SET status = 'doing', worker_id = p_worker_id
        FROM candidate WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;
    ELSE
        WITH candidate AS (
            {candidate} AND (target_queue_names IS NULL OR jobs.queue_name = ANY (target_queue_names)) {first})
        UPDATE procrastinate_jobs SET status = 'doing', worker_id = p_worker_id
        FROM candidate WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;
    END IF;
    RETURN found_jobs;
END $$;
"""
_CANDIDATE = """
    SELECT jobs.id FROM procrastinate_jobs AS jobs
    WHERE jobs.status = 'todo' AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
    AND (jobs.lock IS NULL OR NOT EXISTS (
        SELECT FROM procrastinate_jobs AS other WHERE other.lock = jobs.lock AND (
            other.status = 'doing' OR (other.status = 'todo' AND (
                other.priority > jobs.priority OR (other.priority = jobs.priority AND other.id < jobs.id))))))"""
_FIRST = "ORDER BY jobs.priority DESC, jobs.id LIMIT 1 FOR UPDATE OF jobs SKIP LOCKED"


def upgrade() -> None:
    """Replaces the indexes and the function."""
    op.execute(_TAKE.replace("{candidate}", _CANDIDATE).replace("{first}", _FIRST))
