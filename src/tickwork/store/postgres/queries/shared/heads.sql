-- The first of `lane (pool, most)`, priority by priority, hopping from one to the next, so that only what is taken is read.
CROSS JOIN LATERAL (
    WITH RECURSIVE level (priority) AS (
        (
            SELECT priority FROM tickwork.run
            WHERE finished IS NULL AND wait IS NULL AND session IS NULL AND pool = lane.pool
            ORDER BY priority DESC LIMIT 1
        )
        UNION ALL
        SELECT (
            SELECT priority FROM tickwork.run
            WHERE finished IS NULL AND wait IS NULL AND session IS NULL AND pool = lane.pool
              AND run.priority < level.priority
            ORDER BY priority DESC LIMIT 1
        )
        FROM level
        WHERE level.priority IS NOT NULL
    )
    SELECT queued.priority, queued.ready_at, queued.id
    FROM level CROSS JOIN LATERAL (
        SELECT priority, ready_at, id FROM tickwork.run
        WHERE finished IS NULL AND wait IS NULL AND session IS NULL AND pool = lane.pool
          AND run.priority = level.priority AND ready_at <= %(at)b
        ORDER BY ready_at, id
        LIMIT lane.most
        FOR UPDATE SKIP LOCKED
    ) AS queued
    LIMIT lane.most
) AS head
