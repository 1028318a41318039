SELECT row_to_json(schedule_value) FROM tickwork.schedule_value
WHERE due IS NOT NULL AND (%(project)b::text IS NULL OR project = %(project)b)
ORDER BY due, schedule
LIMIT %(limit)b
