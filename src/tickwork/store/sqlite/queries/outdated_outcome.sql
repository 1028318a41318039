-- What ended so in a project, by id, and whether it may go.
SELECT id, job,
       finished < :before AND event IS NULL
       AND job NOT IN (SELECT value FROM json_each(:spare))
       -- shared: outdated
FROM run INDEXED BY run_outcome
WHERE finished IS NOT NULL AND project = :project AND state = :state AND id > :low AND id < :high
ORDER BY id
LIMIT :look
