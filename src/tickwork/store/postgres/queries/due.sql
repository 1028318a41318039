-- The first of them by their index, then what goes with those: were it one query, PostgreSQL would put all that are due
-- together and sort them as long as it has no statistics (right after many jobs were loaded).
WITH first AS MATERIALIZED (
    SELECT schedule, due FROM tickwork.timetable WHERE due <= %(at)b ORDER BY due, schedule LIMIT %(limit)b
)
SELECT row_to_json(schedule_value), document.body
FROM first
JOIN tickwork.schedule_value ON schedule_value.schedule = first.schedule
JOIN tickwork.document
  ON document.kind = 'job' AND document.id = schedule_value.job AND document.revision = schedule_value.revision
ORDER BY first.due, first.schedule
