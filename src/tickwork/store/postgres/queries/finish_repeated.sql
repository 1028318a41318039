SELECT attempt.run, attempt.fence
FROM json_to_recordset(%(reports)b) AS report (run text, epoch text, n bigint, attempt bigint)
JOIN tickwork.attempt
  ON attempt.run = report.run AND attempt.fence = report.n AND attempt.epoch = report.epoch
WHERE attempt.n = report.attempt AND reported
