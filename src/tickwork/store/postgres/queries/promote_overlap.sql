-- The oldest run waiting for its job's earlier one, job by job (hopping from job to job), where the job is free.
WITH RECURSIVE head (job) AS (
    SELECT min(job) FROM tickwork.run WHERE wait = 'overlap'
    UNION ALL
    SELECT (SELECT min(job) FROM tickwork.run WHERE wait = 'overlap' AND run.job > head.job)
    FROM head
    WHERE head.job IS NOT NULL
)
SELECT (SELECT min(id) FROM tickwork.run WHERE wait = 'overlap' AND run.job = head.job), job
FROM head
WHERE job IS NOT NULL
  AND NOT EXISTS (
      SELECT FROM tickwork.run
      WHERE run.job = head.job AND finished IS NULL AND wait IS NULL AND origin <> 'cleanup'
  )
