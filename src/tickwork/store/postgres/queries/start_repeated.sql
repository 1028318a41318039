SELECT begun.run, begun.n
FROM json_to_recordset(%(reports)b) AS begun (run text, epoch text, n bigint)
JOIN tickwork.run ON run.id = begun.run AND run.epoch = begun.epoch AND run.fence = begun.n
WHERE state = 'running'
