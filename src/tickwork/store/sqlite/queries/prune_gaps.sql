-- A schedule's newest entry stays: the scheduler may still extend it.
DELETE FROM gap
WHERE id IN (
    SELECT id FROM gap
    WHERE last < ?1 AND NOT EXISTS (SELECT 1 FROM timetable WHERE timetable.gap = gap.id)
    ORDER BY first
    LIMIT ?2
)
RETURNING job, last
