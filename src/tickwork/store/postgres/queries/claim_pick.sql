-- The first of each lane (at most as many as are asked of it), priority by priority, hopping from one to the next, so that
-- only what is taken is read. The session's row is held until the commit, in a way that a beat does not mind: nobody can
-- settle it between this look and the claim.
WITH holder AS MATERIALIZED (
    SELECT id FROM tickwork.session WHERE id = %(session)b AND ended IS NULL FOR KEY SHARE
)
SELECT lane.pool, head.priority, head.ready_at, head.id
FROM holder CROSS JOIN unnest(%(pools)b::text[], %(most)b::int[]) AS lane (pool, most)
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
