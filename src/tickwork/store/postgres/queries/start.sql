UPDATE tickwork.run SET state = 'running', attempt = attempt + 1, started = begun.at
FROM json_to_recordset(%(reports)b) AS begun (run text, fence tickwork.fence, at bigint)
WHERE run.id = begun.run AND epoch = (begun.fence).epoch AND run.fence = (begun.fence).n AND state = 'claimed'
RETURNING id, run.fence
