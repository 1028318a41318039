DELETE FROM tickwork.log
USING json_to_recordset(%(drops)b) AS dropped (run text, attempt bigint, first bigint, until bigint)
WHERE log.run = dropped.run AND log.attempt = dropped.attempt AND seq >= dropped.first AND seq < dropped.until
