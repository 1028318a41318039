-- A schedule's newest entry stays: the scheduler may still extend it.
WITH gone AS (
    DELETE FROM tickwork.gap
    WHERE id = ANY (ARRAY (
        SELECT id FROM tickwork.gap
        WHERE last < %(before)b
          AND NOT EXISTS (SELECT FROM tickwork.timetable WHERE timetable.schedule = gap.schedule AND timetable.gap = gap.id)
        ORDER BY last
        LIMIT %(limit)b
        FOR UPDATE SKIP LOCKED
    ))
    RETURNING job, last
),
noted AS (
    INSERT INTO tickwork.pruned (job, through)
    SELECT job, max(last) FROM gone GROUP BY job ORDER BY job
    ON CONFLICT (job) DO UPDATE SET through = greatest(pruned.through, excluded.through)
)
SELECT count(*) FROM gone
