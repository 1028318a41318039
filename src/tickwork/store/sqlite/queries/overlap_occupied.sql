SELECT wanted.value FROM (SELECT value FROM json_each(?1)) AS wanted
WHERE EXISTS (
    SELECT 1 FROM run INDEXED BY run_busy WHERE job = wanted.value AND finished IS NULL AND wait IS NULL
)
OR EXISTS (SELECT 1 FROM run INDEXED BY run_waiting WHERE wait = 'overlap' AND job = wanted.value)
