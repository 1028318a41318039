-- Of what has not ended: little, however long the job's history is.
SELECT * FROM run_row
WHERE id IN (
    SELECT id FROM run INDEXED BY run_busy WHERE job = ?1 AND finished IS NULL AND wait IS NULL
    UNION ALL
    SELECT id FROM run INDEXED BY run_waiting WHERE wait IN (SELECT value FROM json_each(?4)) AND job = ?1
)
AND origin NOT IN ('map', 'cleanup') AND state IN (SELECT value FROM json_each(?3))
ORDER BY id DESC
LIMIT ?2
