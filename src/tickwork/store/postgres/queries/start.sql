UPDATE tickwork.run SET state = 'running', attempt = attempt + 1, started = begun.at
FROM json_to_recordset(%(reports)b) AS begun (run text, epoch text, n bigint, at bigint)
WHERE run.id = begun.run AND run.epoch = begun.epoch AND run.fence = begun.n AND state = 'claimed'
RETURNING begun.run, begun.n
