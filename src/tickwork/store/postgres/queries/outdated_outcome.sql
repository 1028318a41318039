-- What ended so in a project, by id, and whether it may go.
SELECT id, job,
       finished < %(before)b
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
FROM tickwork.run
WHERE finished IS NOT NULL
  AND (project, state, id) > (%(project)b, %(state)b, %(low)b)
  AND (project, state, id) < (%(project)b, %(state)b, %(high)b)
ORDER BY project, state, id
LIMIT %(look)b
