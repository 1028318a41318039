-- The lanes that have queued runs, by hopping from one to the next, and when the run at the head of each is ready.
WITH RECURSIVE lane (name) AS (
    (
        SELECT pool FROM tickwork.run
        WHERE finished IS NULL AND wait IS NULL AND session IS NULL
        ORDER BY pool LIMIT 1
    )
    UNION ALL
    SELECT (
        SELECT pool FROM tickwork.run
        WHERE finished IS NULL AND wait IS NULL AND session IS NULL AND run.pool > lane.name
        ORDER BY pool LIMIT 1
    )
    FROM lane
    WHERE lane.name IS NOT NULL
)
SELECT lane.name, head.ready_at
FROM lane CROSS JOIN LATERAL (
    SELECT ready_at FROM tickwork.run
    WHERE finished IS NULL AND wait IS NULL AND session IS NULL AND run.pool = lane.name
    ORDER BY priority DESC, ready_at, id
    LIMIT 1
) AS head
