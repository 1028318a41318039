-- Ended long enough ago, followed up, and with `keep` newer runs of their job.
SELECT id FROM tickwork.run
WHERE finished < %(before)b
  AND job <> ALL (%(spare)b::text[])
  AND id NOT IN (SELECT outbox.run FROM tickwork.outbox)
  AND (
      %(keep)b = 0
      OR EXISTS (
          SELECT FROM (
              SELECT FROM tickwork.run AS newer
              WHERE newer.job = run.job AND newer.id > run.id AND newer.finished IS NOT NULL
              UNION ALL
              SELECT FROM tickwork.run AS newer
              WHERE newer.job = run.job AND newer.id > run.id AND newer.finished IS NULL
          ) AS newer
          OFFSET greatest(%(keep)b - 1, 0)
      )
  )
ORDER BY id
LIMIT %(limit)b
FOR UPDATE SKIP LOCKED
