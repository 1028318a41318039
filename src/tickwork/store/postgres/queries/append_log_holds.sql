-- The claim is still held, or its holder itself ended this attempt (the last lines may come after the end).
SELECT wanted.run, (wanted.fence).n, wanted.attempt
FROM json_to_recordset(%(writes)b) AS wanted (run text, fence tickwork.fence, attempt bigint)
WHERE EXISTS (
    SELECT FROM tickwork.run
    WHERE run.id = wanted.run AND run.epoch = (wanted.fence).epoch AND run.fence = (wanted.fence).n
) OR EXISTS (
    SELECT FROM tickwork.attempt
    WHERE attempt.run = wanted.run AND attempt.epoch = (wanted.fence).epoch
      AND attempt.fence = (wanted.fence).n AND attempt.n = wanted.attempt AND reported
      AND attempt.epoch = (SELECT value FROM tickwork.meta WHERE key = 'epoch')
)
