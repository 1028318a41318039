-- The oldest run waiting for its job's earlier one, job by job (hopping from job to job), where the job is free.
WITH RECURSIVE head (job) AS (
    SELECT min(job) FROM run INDEXED BY run_waiting WHERE wait = 'overlap'
    UNION ALL
    SELECT (SELECT min(job) FROM run INDEXED BY run_waiting WHERE wait = 'overlap' AND job > head.job)
    FROM head
    WHERE head.job IS NOT NULL
)
SELECT (SELECT min(id) FROM run INDEXED BY run_waiting WHERE wait = 'overlap' AND job = head.job)
FROM head
WHERE job IS NOT NULL
  AND NOT EXISTS (
      SELECT 1 FROM run INDEXED BY run_busy
      WHERE run.job = head.job AND finished IS NULL AND wait IS NULL AND origin <> 'cleanup'
  )
