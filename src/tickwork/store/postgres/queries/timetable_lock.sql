SELECT schedule, version, gap FROM tickwork.timetable
WHERE schedule = ANY (%(schedules)b::text[])
ORDER BY schedule
FOR UPDATE
