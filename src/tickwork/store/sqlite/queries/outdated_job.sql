-- The runs of a job, by id, and whether they may go.
SELECT id, job,
       state = :state AND finished < :before AND event IS NULL
       AND (
           :keep = 0
           OR EXISTS (
               SELECT 1 FROM run AS newer INDEXED BY run_job
               WHERE newer.job = run.job AND newer.id > run.id
               LIMIT 1 OFFSET :keep - 1
           )
       )
FROM run INDEXED BY run_job
WHERE job = :job AND id > :low AND id < :high
ORDER BY id
LIMIT :look
