SELECT row_to_json(schedule_value) FROM tickwork.schedule_value
WHERE job = ANY (%(jobs)b::text[])
ORDER BY schedule
