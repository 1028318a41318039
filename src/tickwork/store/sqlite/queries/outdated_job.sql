-- The runs of a job, by id, and whether they may go.
SELECT id, job,
       state = :state AND finished < :before AND event IS NULL
       -- shared: outdated
FROM run INDEXED BY run_job
WHERE job = :job AND id > :low AND id < :high
ORDER BY id
LIMIT :look
