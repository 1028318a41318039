SELECT row_to_json(schedule_value), schedule FROM tickwork.schedule_value
WHERE schedule > %(schedule)b
ORDER BY schedule
LIMIT %(limit)b
