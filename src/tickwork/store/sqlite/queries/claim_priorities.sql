-- The priorities that have queued runs, by hopping from one to the next: what is not ready yet costs nothing.
WITH RECURSIVE level (priority) AS (
    SELECT max(priority) FROM run INDEXED BY run_queue WHERE state = 'queued' AND pool = ?1
    UNION ALL
    SELECT (
        SELECT max(priority) FROM run INDEXED BY run_queue
        WHERE state = 'queued' AND pool = ?1 AND priority < level.priority
    )
    FROM level
    WHERE level.priority IS NOT NULL
)
SELECT priority FROM level WHERE priority IS NOT NULL ORDER BY priority DESC
