SELECT id FROM run INDEXED BY run_busy
WHERE job = ?1 AND finished IS NULL AND wait IS NULL AND state = 'queued' AND origin <> 'cleanup'
UNION ALL
SELECT id FROM run INDEXED BY run_waiting WHERE wait = 'overlap' AND job = ?1
