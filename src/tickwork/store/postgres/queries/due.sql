SELECT row_to_json(schedule_value), document.body
FROM tickwork.schedule_value
JOIN tickwork.document
  ON document.kind = 'job' AND document.id = schedule_value.job AND document.revision = schedule_value.revision
WHERE schedule_value.due <= %(at)b
ORDER BY schedule_value.due, schedule_value.schedule
LIMIT %(limit)b
