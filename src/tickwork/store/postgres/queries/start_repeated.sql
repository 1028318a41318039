SELECT id, run.fence
FROM json_to_recordset(%(reports)b) AS begun (run text, fence tickwork.fence)
JOIN tickwork.run ON run.id = begun.run AND epoch = (begun.fence).epoch AND run.fence = (begun.fence).n
WHERE state = 'running'
