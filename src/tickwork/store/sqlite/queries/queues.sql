-- The lanes that have queued runs, by hopping from one to the next, and when the run at the head of each is ready.
WITH RECURSIVE lane (name) AS (
    SELECT min(pool) FROM run INDEXED BY run_queue WHERE state = 'queued'
    UNION ALL
    SELECT (SELECT min(pool) FROM run INDEXED BY run_queue WHERE state = 'queued' AND pool > lane.name)
    FROM lane
    WHERE lane.name IS NOT NULL
)
SELECT name, (
    SELECT ready_at FROM run INDEXED BY run_queue
    WHERE state = 'queued' AND pool = lane.name
    ORDER BY priority DESC, ready_at, id
    LIMIT 1
)
FROM lane
WHERE name IS NOT NULL
