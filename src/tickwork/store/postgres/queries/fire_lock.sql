-- A row that another scheduler is moving right now counts as moved: nobody waits here.
SELECT schedule, version, gap FROM tickwork.timetable
WHERE schedule = ANY (%(schedules)b::text[])
ORDER BY schedule
FOR UPDATE SKIP LOCKED
