SELECT row_to_json(schedule_value) FROM tickwork.schedule_value
WHERE due IS NULL AND schedule > %(after)b AND (%(projects)b::text[] IS NULL OR project = ANY (%(projects)b))
ORDER BY schedule
LIMIT %(limit)b
