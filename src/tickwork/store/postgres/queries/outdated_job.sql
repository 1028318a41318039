-- The ended runs of a job, by id, and whether they may go.
SELECT id, job,
       state = %(state)b
       AND finished < %(before)b
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
FROM tickwork.run
WHERE finished IS NOT NULL AND job = %(job)b AND id > %(low)b AND id < %(high)b
ORDER BY id
LIMIT %(look)b
