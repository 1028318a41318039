UPDATE tickwork.timetable SET cursor = moved.cursor, due = moved.due, gap = moved.gap, version = version + 1
FROM json_to_recordset(%(rows)b) AS moved (schedule text, cursor bigint, due bigint, gap text)
WHERE timetable.schedule = moved.schedule
