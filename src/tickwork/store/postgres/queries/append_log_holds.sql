-- The claim is still held, or its holder itself ended this attempt (the last lines may come after the end).
SELECT wanted.run, wanted.n, wanted.attempt
FROM json_to_recordset(%(writes)b) AS wanted (run text, epoch text, n bigint, attempt bigint)
WHERE EXISTS (
    SELECT FROM tickwork.run WHERE run.id = wanted.run AND run.epoch = wanted.epoch AND run.fence = wanted.n
) OR EXISTS (
    SELECT FROM tickwork.attempt
    WHERE attempt.run = wanted.run AND attempt.epoch = wanted.epoch AND attempt.fence = wanted.n
      AND attempt.n = wanted.attempt AND reported
      AND attempt.epoch = (SELECT value FROM tickwork.meta WHERE key = 'epoch')
)
