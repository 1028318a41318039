-- Hopping over the jobs that have runs, ?3 of them from behind ?2 on: those with more than ?1, and the last one. No project:
-- it has no more, or is gone.
WITH RECURSIVE met (job, n) AS (
    SELECT (SELECT min(job) FROM run INDEXED BY run_job WHERE job > ?2), 1
    UNION ALL
    SELECT (SELECT min(job) FROM run INDEXED BY run_job WHERE run.job > met.job), n + 1
    FROM met
    WHERE met.job IS NOT NULL AND n < ?3
),
looked_at AS MATERIALIZED (
    SELECT met.job, n, (
        SELECT project FROM current
        WHERE kind = 'job' AND id = met.job AND NOT deleted
          AND EXISTS (SELECT 1 FROM run INDEXED BY run_job WHERE run.job = met.job LIMIT 1 OFFSET ?1)
    ) AS project
    FROM met
    WHERE met.job IS NOT NULL
)
SELECT job, n, project FROM looked_at WHERE project IS NOT NULL OR n = ?3 ORDER BY n
