SELECT attempt.run, attempt.fence
FROM json_to_recordset(%(reports)b) AS report (run text, fence tickwork.fence, attempt tickwork.attempt_value)
JOIN tickwork.attempt
  ON attempt.run = report.run AND attempt.fence = (report.fence).n AND attempt.epoch = (report.fence).epoch
WHERE attempt.n = (report.attempt).n AND reported
