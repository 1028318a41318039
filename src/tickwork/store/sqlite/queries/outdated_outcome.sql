-- What ended so in a project, by id, and whether it may go.
SELECT id, job,
       finished < :before AND event IS NULL
       AND job NOT IN (SELECT value FROM json_each(:spare))
       AND (
           :keep = 0
           OR EXISTS (
               SELECT 1 FROM run AS newer INDEXED BY run_job
               WHERE newer.job = run.job AND newer.id > run.id
               LIMIT 1 OFFSET :keep - 1
           )
       )
FROM run INDEXED BY run_outcome
WHERE finished IS NOT NULL AND project = :project AND state = :state AND id > :low AND id < :high
ORDER BY id
LIMIT :look
