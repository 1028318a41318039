-- Priority by priority (hopping from one to the next), so that only what is taken is read. The session's row is held
-- until the commit, in a way that a beat does not mind: nobody can settle it between this look and the claim.
WITH RECURSIVE holder AS MATERIALIZED (
    SELECT id FROM tickwork.session WHERE id = %(session)b AND ended IS NULL FOR KEY SHARE
),
level (priority) AS (
    SELECT (
        SELECT priority FROM tickwork.run
        WHERE finished IS NULL AND wait IS NULL AND session IS NULL AND pool = %(pool)b
        ORDER BY priority DESC LIMIT 1
    )
    FROM holder
    UNION ALL
    SELECT (
        SELECT priority FROM tickwork.run
        WHERE finished IS NULL AND wait IS NULL AND session IS NULL AND pool = %(pool)b
          AND run.priority < level.priority
        ORDER BY priority DESC LIMIT 1
    )
    FROM level
    WHERE level.priority IS NOT NULL
)
SELECT queued.priority, queued.ready_at, queued.id
FROM level CROSS JOIN LATERAL (
    SELECT priority, ready_at, id FROM tickwork.run
    WHERE finished IS NULL AND wait IS NULL AND session IS NULL AND pool = %(pool)b
      AND run.priority = level.priority AND ready_at <= %(at)b
    ORDER BY ready_at, id
    LIMIT %(n)b
    FOR UPDATE SKIP LOCKED
) AS queued
LIMIT %(n)b
